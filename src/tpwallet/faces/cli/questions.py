"""What the commands ask about a pool, whoever answers: the pool's directory or a hub."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tpwallet.faces import reading_shapes, shapes
    from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof

Moment = int | str


class Questions(Protocol):
    """Questions about a pool; the answers are the library's shapes."""

    def balance(self, account: str, *, at: Moment | None = None) -> "shapes.Balance":
        """An account's balance, now or after a past moment."""
        ...

    def statement(
        self,
        account: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> "shapes.Statement":
        """A page of an account's postings."""
        ...

    def account(self, account: str) -> "reading_shapes.FoundAccount":
        """An account."""
        ...

    def accounts(
        self,
        *,
        prefix: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> "reading_shapes.AccountPage":
        """A page of accounts."""
        ...

    def transfer(self, transfer_id: str) -> "reading_shapes.FoundTransfer":
        """A transfer by its id."""
        ...

    def transactions(
        self,
        *,
        account: str | None = None,
        asset: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> "reading_shapes.TransferPage":
        """A page of transfers and expiries."""
        ...

    def checkpoint(self, position: int | None = None) -> "reading_shapes.Checkpoint":
        """A signed checkpoint."""
        ...

    def proof_of_transfer(self, transfer_id: str) -> "ItemProof":
        """Prove that a transfer stands in the journal."""
        ...

    def proof_of_event(self, position: int) -> "EventProof":
        """Prove that an event stands at a position."""
        ...

    def consistency(self, old: int | str, new: int | str | None = None) -> "ConsistencyProof":
        """Prove that the log of one checkpoint is how that of another begins."""
        ...

    def keys(self) -> "shapes.Keys":
        """Every key, without its secret."""
        ...

    def assets(self) -> "shapes.Assets":
        """Every asset."""
        ...

    def period(self) -> "shapes.Period":
        """Up to which day the books are closed."""
        ...

    def grants(self) -> "shapes.Grants":
        """Every bulk grant in force."""
        ...

    def document_history(self, kind: str, name: str) -> "shapes.Documents":
        """All versions of a document, oldest first."""
        ...

    def documents_in_force(self, kind: str) -> "shapes.Documents":
        """The documents of a kind that are in force now."""
        ...
