"""What governs the pool, read off its live state: keys, documents, assets, periods, grants.

Each function takes its turn between two commands and gives back shapes, never live records.
"""

from collections.abc import Callable

import msgspec

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.faces import present, shapes
from tpwallet.kernel.access import AccessState, ApiKey
from tpwallet.kernel.documents import Document, DocumentState
from tpwallet.kernel.state import PoolState


def _expires(key: ApiKey) -> str | None:
    return None if key.expires_at is None else present.time_text(key.expires_at)


def keys(state: PoolState) -> shapes.Keys:
    """Every API key, without secrets."""
    found = [
        shapes.Key(
            key_id=key.key_id,
            scopes=list(key.scopes),
            expires_at=_expires(key),
            revoked=key.revoked,
        )
        for _, key in sorted(state.part(AccessState).keys)
    ]
    return shapes.Keys(keys=found, position=state.position)


def _document(document: Document) -> shapes.Document:
    return shapes.Document(
        kind=document.kind,
        name=document.name,
        version=document.version,
        schema=document.schema,
        content=msgspec.Raw(document.content),
        effective_at=present.time_text(document.effective_at),
        author=document.author,
        restores=document.restores,
    )


def history(
    kind: str, name: str, *, after: int, limit: int
) -> Callable[[PoolState], shapes.Documents]:
    """Versions of a document after one of them, oldest first."""

    def read(state: PoolState) -> shapes.Documents:
        documents = state.part(DocumentState)
        latest = documents.latest.get((kind, name))
        last = 0 if latest is None else latest.version
        numbers = range(after + 1, min(after + limit, last) + 1)
        found = [documents.version(kind, name, number) for number in numbers]
        return shapes.Documents(
            documents=[_document(one) for one in found if one is not None],
            position=state.position,
            next_cursor=str(numbers[-1]) if numbers and numbers[-1] < last else None,
        )

    return read


def in_force(
    kind: str, at: int, *, after: str, limit: int
) -> Callable[[PoolState], shapes.Documents]:
    """The documents of a kind in force at a time (nanoseconds), by name, after one of them."""

    def read(state: PoolState) -> shapes.Documents:
        found = state.part(DocumentState).all_in_force(kind, at)
        later = [document for document in found if document.name > after]
        return shapes.Documents(
            documents=list(map(_document, later[:limit])),
            position=state.position,
            next_cursor=later[limit - 1].name if len(later) > limit else None,
        )

    return read


def assets(state: PoolState) -> shapes.Assets:
    """Every asset the pool knows."""
    found = [
        shapes.Asset(code=asset.code, scale=asset.scale, ledger=asset.ledger, kind=asset.kind.value)
        for asset in state.part(LedgerFacts).catalogue
    ]
    return shapes.Assets(assets=found, position=state.position)


def period(state: PoolState) -> shapes.Period:
    """Up to which day the books are closed."""
    through = state.part(LedgerFacts).closed_through
    return shapes.Period(
        closed_through=None if through is None else str(through), position=state.position
    )


def grants(state: PoolState) -> shapes.Grants:
    """Every bulk grant in force."""
    facts = state.part(LedgerFacts)
    found = [
        shapes.Grant(
            bit=bit,
            holder=grant.holder,
            subtrees=list(grant.subtrees),
            assets=[present.asset_of(facts.catalogue, ledger).code for ledger in grant.ledgers],
        )
        for bit, grant in sorted(facts.grants)
    ]
    return shapes.Grants(grants=found, position=state.position)
