"""The versioned documents that govern a pool, by the library: policies, fee plans, flags …"""

import msgspec

from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.bodies import CommandId, DocumentVersion, Medium, Time, Word
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.flows.administration import RollBackDocument


class DocumentCommands(PoolCommands):
    """Putting versions of documents, and bringing earlier ones back."""

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
    ) -> shapes.Receipt:
        """Add a version of a document; `content` is JSON. It is in force from `effective_at` (RFC
        3339) on; None: from now.

        **Rejects** `effective_in_the_past`, `document_too_large`, `document_too_deep`,
        `too_many_versions`.
        """
        body = bodies.NewDocument(
            schema=schema,
            content=msgspec.Raw(content),
            effective_at=effective_at,
        )
        command = commands.put_document(kind, name, body)
        return self._run(command, command_id, dry_run=dry_run)

    def roll_back_document(
        self,
        kind: Word,
        name: Word,
        version: DocumentVersion,
        *,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> shapes.Receipt:
        """Bring back an earlier version's content, as a new version. **Rejects**
        `document_not_found`.
        """
        body = bodies.RollBack(version=version)
        command = RollBackDocument(kind=kind, name=name, version=body.version)
        return self._run(command, command_id, dry_run=dry_run)
