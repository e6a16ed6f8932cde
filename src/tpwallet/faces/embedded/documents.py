"""The versioned documents that govern a pool, by the library: policies, fee plans, flags …"""

import msgspec

from tpwallet.faces import commands, shapes
from tpwallet.faces.embedded.checking import checked, checked_value
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.faces.http import bodies
from tpwallet.flows.administration import RollBackDocument


class DocumentCommands(PoolCommands):
    """Putting versions of documents, and bringing earlier ones back."""

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

        **Rejects** `effective_in_the_past`, `document_too_large`, `document_too_deep`,
        `too_many_versions`.
        """
        _check_names(kind, name)
        body = checked(
            bodies.NewDocument,
            schema=schema,
            content=msgspec.Raw(content),
            effective_at=effective_at,
        )
        command = commands.put_document(kind, name, body)
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


def _check_names(kind: str, name: str) -> None:
    checked_value(bodies.Word, kind, parameter="kind")
    checked_value(bodies.Word, name, parameter="name")
