"""Versioned documents: everything that governs the pool and changes over time.

Valuation rules, fee plans, limits, flags, grants: each is a document of some kind, with a name,
content, the schema it was written for, and the time from which it is in force. A version is never
changed; going back to an earlier one is a new version with its content. What was in force at any
moment can be read. Whether content makes sense is for the domain that owns the kind; governance
adds proposal and approval.
"""

from collections.abc import Collection

import msgspec

from tpwallet.kernel import limits
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.state import TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.wire import Event, event


class Document(msgspec.Struct, frozen=True, array_like=True):
    """One version of one document."""

    kind: str
    name: str
    version: int  # from 1
    schema: int
    content: bytes  # JSON, UTF-8
    effective_at: int  # nanoseconds
    author: str
    restores: int | None = None  # the version whose content this brings back


@event("kernel.document_put", 1)
class DocumentPut(Event, frozen=True):
    """A version was added."""

    document: Document


class DocumentState(TableState):
    """All versions of all documents."""

    def __init__(self) -> None:
        self.versions: Table[tuple[str | int | bytes, ...], Document] = Table(
            "documents", tuple[str, str, int], Document
        )
        self.latest: Table[tuple[str | int | bytes, ...], Document] = Table(
            "documents.latest", tuple[str, str], Document
        )
        super().__init__(self.versions, self.latest)

    def handles(self, event: Event) -> bool:
        """Documents put."""
        return isinstance(event, DocumentPut)

    def apply(self, event: Event, position: int) -> None:
        """Write a version."""
        if isinstance(event, DocumentPut):
            document = event.document
            self.versions.put((document.kind, document.name, document.version), document)
            self.latest.put((document.kind, document.name), document)

    def version(self, kind: str, name: str, version: int) -> Document | None:
        """One version, or None."""
        return self.versions.get((kind, name, version))

    def history(self, kind: str, name: str) -> list[Document]:
        """All versions, oldest first."""
        latest = self.latest.get((kind, name))
        count = 0 if latest is None else latest.version
        found = (self.version(kind, name, number) for number in range(1, count + 1))
        return [document for document in found if document is not None]

    def in_force(self, kind: str, name: str, at: int) -> Document | None:
        """The version in force at a time: of those effective by then, the one put last."""
        for document in reversed(self.history(kind, name)):
            if document.effective_at <= at:
                return document
        return None

    def all_in_force(self, kind: str, at: int) -> list[Document]:
        """Every document of a kind that is in force at a time."""
        names = sorted(str(key[1]) for key, _ in self.latest if key[0] == kind)
        found = (self.in_force(kind, name, at) for name in names)
        return [document for document in found if document is not None]


def check_document(content: bytes) -> None:
    """**Rejects** with `Malformed` content that is no JSON (RFC 8259), and `document_too_deep`.

    >>> check_document(b'{"fee_bps": [25]}')
    """
    try:
        found = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"content is no JSON: {error}", parameter="content") from None
    except RecursionError:
        raise _too_deep() from None
    level = [found]
    for _ in range(limits.DOCUMENT_DEPTH_MAX):
        level = [child for node in level for child in _inside(node)]
        if not level:
            return
    if any(isinstance(node, list | dict) for node in level):
        raise _too_deep()


def _inside(node: object) -> Collection[object]:
    match node:
        case dict():
            return node.values()
        case list():
            return node
        case _:
            return ()


def _too_deep() -> Rejected:
    return Rejected("document_too_deep", limit=limits.DOCUMENT_DEPTH_MAX)


def _check_names(kind: str, name: str) -> None:
    check_word(kind, parameter="kind")
    check_word(name, parameter="name")


def put_document(
    state: DocumentState,
    *,
    kind: str,
    name: str,
    schema: int,
    content: bytes,
    effective_at: int,
    author: str,
    now: int,
    restores: int | None = None,
) -> tuple[Event, ...]:
    """Add a version. **Rejects** `effective_in_the_past`, `document_too_large`,
    `too_many_versions`; with `Malformed` a kind or name that is no word.
    """
    _check_names(kind, name)
    if effective_at < now:
        raise Rejected("effective_in_the_past", effective_at=effective_at, now=now)
    if len(content) > limits.DOCUMENT_BYTES_MAX:
        raise Rejected("document_too_large", limit=limits.DOCUMENT_BYTES_MAX)
    latest = state.latest.get((kind, name))
    version = 1 if latest is None else latest.version + 1
    if version > limits.DOCUMENT_VERSIONS_MAX:
        raise Rejected("too_many_versions", limit=limits.DOCUMENT_VERSIONS_MAX)
    document = Document(kind, name, version, schema, content, effective_at, author, restores)
    return (DocumentPut(document),)


def roll_back_document(
    state: DocumentState, *, kind: str, name: str, version: int, author: str, now: int
) -> tuple[Event, ...]:
    """Bring back an earlier version's content, from now. **Rejects** `document_not_found`; with
    `Malformed` a kind or name that is no word.
    """
    _check_names(kind, name)
    document = state.version(kind, name, version)
    if document is None:
        raise Rejected("document_not_found", kind=kind, name=name, version=version)
    return put_document(
        state,
        kind=kind,
        name=name,
        schema=document.schema,
        content=document.content,
        effective_at=now,
        author=author,
        now=now,
        restores=version,
    )
