"""Methods of the versioned documents that govern a pool: policies, fee plans, flags …

Putting one needs the scope `admin`, reading them `ledger:read`.
"""

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from tpwallet.faces import bodies, shapes
from tpwallet.faces.bodies import CommandId, DocumentVersion, Medium, Time, Word
from tpwallet.faces.client import limits, operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import Listing, asks, lists
from tpwallet.kernel.errors import Malformed

_next_cursor = attrgetter("next_cursor")
_read_raw = msgspec.json.Decoder(msgspec.Raw).decode


def _documents(page: shapes.Documents) -> Sequence[shapes.Document]:
    return page.documents


def _checked_json(content: bytes) -> msgspec.Raw:
    """Content as it is put into a body, of which it must not become more than a part."""
    try:
        return _read_raw(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"content is no JSON: {error}", parameter="content") from None


class DocumentMethods:
    """Versions of documents, and those in force."""

    @asks
    def put_document(
        self,
        kind: Word,
        name: Word,
        content: bytes,
        *,
        schema: Medium = 1,
        effective_at: Time | None = None,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[shapes.Receipt]:
        """Add a version of a document; `content` is JSON. It is in force from `effective_at` (RFC
        3339) on; None: from now.

        **Rejects** `effective_in_the_past`, `document_too_large`, `document_too_deep`,
        `too_many_versions`.
        """
        body = bodies.NewDocument(
            schema=schema, content=_checked_json(content), effective_at=effective_at
        )
        parts = {"kind": kind, "name": name}
        return operations.PUT_DOCUMENT.call(
            body, parts=parts, command_id=command_id, dry_run=dry_run
        )

    @asks
    def roll_back_document(
        self,
        kind: Word,
        name: Word,
        version: DocumentVersion,
        *,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[shapes.Receipt]:
        """Bring back an earlier version's content, as a new version. **Rejects**
        `document_not_found`.
        """
        body, parts = bodies.RollBack(version=version), {"kind": kind, "name": name}
        return operations.ROLL_BACK_DOCUMENT.call(
            body, parts=parts, command_id=command_id, dry_run=dry_run
        )

    @asks
    def documents_in_force(
        self, kind: Word, *, limit: int | None = None, cursor: str | None = None
    ) -> Call[shapes.Documents]:
        """A page of the documents of a kind that are in force now, by name."""
        return operations.DOCUMENTS_IN_FORCE.call(
            parts={"kind": kind}, query={"limit": limit, "cursor": cursor}
        )

    @lists
    def each_document_in_force(self, kind: Word) -> Listing[shapes.Documents, shapes.Document]:
        """Every document of a kind that is in force now, by name."""
        first = operations.DOCUMENTS_IN_FORCE.call(
            parts={"kind": kind}, query={"limit": limits.DOCUMENTS_PAGE}
        )
        return Listing(first, _documents, _next_cursor)

    @asks
    def document_history(
        self, kind: Word, name: Word, *, limit: int | None = None, cursor: str | None = None
    ) -> Call[shapes.Documents]:
        """A page of the versions of a document, oldest first."""
        return operations.DOCUMENT_HISTORY.call(
            parts={"kind": kind, "name": name}, query={"limit": limit, "cursor": cursor}
        )

    @lists
    def each_version(self, kind: Word, name: Word) -> Listing[shapes.Documents, shapes.Document]:
        """Every version of a document, oldest first."""
        first = operations.DOCUMENT_HISTORY.call(
            parts={"kind": kind, "name": name}, query={"limit": limits.DOCUMENTS_PAGE}
        )
        return Listing(first, _documents, _next_cursor)
