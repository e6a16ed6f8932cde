"""Reading what governs a pool: keys, assets, documents, closed periods, bulk grants."""

import time

from tpwallet.faces import governing, shapes
from tpwallet.faces.bodies import Word
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.base import Reading
from tpwallet.kernel.errors import Malformed


class GovernedReading(Reading):
    """Who may do what, and by which rules, in the newest state at hand."""

    def keys(self) -> shapes.Keys:
        """Every API key of this pool, without its secret."""
        return self._now(governing.keys)

    def assets(self) -> shapes.Assets:
        """Every asset the pool knows: currencies, coins and its own."""
        return self._now(governing.assets)

    def closed_period(self) -> shapes.Period:
        """Up to which day the books are closed."""
        return self._now(governing.period)

    def grants(self) -> shapes.Grants:
        """Every bulk grant in force."""
        return self._now(governing.grants)

    def documents_in_force(
        self, kind: Word, *, limit: int | None = None, cursor: str | None = None
    ) -> shapes.Documents:
        """A page of the documents of a kind that are in force now, by name. **Rejects** with
        `Malformed` a limit out of range.
        """
        size = _check_limit(limit)
        return self._now(governing.in_force(kind, time.time_ns(), after=cursor or "", limit=size))

    def document_history(
        self, kind: Word, name: Word, *, limit: int | None = None, cursor: str | None = None
    ) -> shapes.Documents:
        """A page of the versions of a document, oldest first. **Rejects** with `Malformed` a limit
        out of range and what is no cursor.
        """
        size, after = _check_limit(limit), cursor or "0"
        if not (after.isascii() and after.isdigit() and len(after) <= limits.VERSION_DIGITS_MAX):
            raise Malformed("a cursor is the `next_cursor` of a page", parameter="cursor")
        return self._now(governing.history(kind, name, after=int(after), limit=size))


def _check_limit(limit: int | None) -> int:
    if limit is None:
        return limits.DOCUMENTS_PAGE
    if not 1 <= limit <= limits.DOCUMENTS_PAGE_MAX:
        raise Malformed(f"a page has 1 to {limits.DOCUMENTS_PAGE_MAX} documents", parameter="limit")
    return limit
