"""The versioned documents that govern a pool, by the library: policies, fee plans, flags …"""

import time
from collections.abc import Iterator

import msgspec

from tpwallet.faces import shapes
from tpwallet.faces.embedded.checking import checked, checked_value
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.faces.http import bodies, governing
from tpwallet.faces.http.limits import DOCUMENTS_PAGE_DEFAULT, DOCUMENTS_PAGE_MAX
from tpwallet.faces.times import parse_time
from tpwallet.flows.administration import PutDocument, RollBackDocument
from tpwallet.kernel.errors import Malformed


class DocumentCommands(PoolCommands):
    """Versions of documents, and those in force."""

    def put_document(
        self,
        kind: str,
        name: str,
        content: bytes,
        *,
        schema: int = 1,
        effective_at: str | None = None,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Add a version of a document; `content` is JSON. It is in force from `effective_at` (RFC
        3339) on; None: from now.

        **Rejects** `effective_in_the_past`, `document_too_large`, `too_many_versions`.
        """
        _check_names(kind, name)
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise Malformed(f"content is no JSON: {error}", parameter="content") from None
        body = checked(
            bodies.NewDocument,
            schema=schema,
            content=msgspec.Raw(content),
            effective_at=effective_at,
        )
        since = None if effective_at is None else parse_time(effective_at, parameter="effective_at")
        command = PutDocument(
            kind=kind, name=name, schema=body.schema, content=content, effective_at=since
        )
        return self._run(command, command_id, dry_run=dry_run)

    def roll_back_document(
        self,
        kind: str,
        name: str,
        version: int,
        *,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Bring back an earlier version's content, as a new version. **Rejects**
        `document_not_found`.
        """
        _check_names(kind, name)
        body = checked(bodies.RollBack, version=version)
        command = RollBackDocument(kind=kind, name=name, version=body.version)
        return self._run(command, command_id, dry_run=dry_run)

    def documents_in_force(
        self, kind: str, *, limit: int | None = None, cursor: str | None = None
    ) -> shapes.Documents:
        """A page of the documents of a kind that are in force now, by name."""
        checked_value(bodies.Word, kind, parameter="kind")
        read = governing.in_force(kind, time.time_ns(), after=cursor or "", limit=_limit(limit))
        found: shapes.Documents = self._writer.read(read)
        return found

    def each_document_in_force(self, kind: str) -> Iterator[shapes.Document]:
        """Every document of a kind that is in force now, by name."""
        cursor: str | None = None
        while True:
            page = self.documents_in_force(kind, limit=DOCUMENTS_PAGE_MAX, cursor=cursor)
            yield from page.documents
            cursor = page.next_cursor
            if cursor is None:
                return

    def document_history(
        self, kind: str, name: str, *, limit: int | None = None, cursor: str | None = None
    ) -> shapes.Documents:
        """A page of the versions of a document, oldest first."""
        _check_names(kind, name)
        if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
            raise Malformed("a cursor is the `next_cursor` of a page", parameter="cursor")
        read = governing.history(kind, name, after=int(cursor or 0), limit=_limit(limit))
        found: shapes.Documents = self._writer.read(read)
        return found

    def each_version(self, kind: str, name: str) -> Iterator[shapes.Document]:
        """Every version of a document, oldest first."""
        cursor: str | None = None
        while True:
            page = self.document_history(kind, name, limit=DOCUMENTS_PAGE_MAX, cursor=cursor)
            yield from page.documents
            cursor = page.next_cursor
            if cursor is None:
                return


def _check_names(kind: str, name: str) -> None:
    checked_value(bodies.Word, kind, parameter="kind")
    checked_value(bodies.Word, name, parameter="name")


def _limit(given: int | None) -> int:
    limit = DOCUMENTS_PAGE_DEFAULT if given is None else given
    if not 1 <= limit <= DOCUMENTS_PAGE_MAX:
        raise Malformed(f"a page has 1 to {DOCUMENTS_PAGE_MAX} documents", parameter="limit")
    return limit
