"""An administrator's commands: assets, periods, grants, documents, keys."""

import random
from datetime import UTC, datetime

from tpwallet.flows import administration, delisting
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.kernel.command import Command
from tpwallet.lab.sim.clocks import SECOND_NS
from tpwallet.lab.sim.model.books import Books

_DAY_NS = 86_400 * SECOND_NS
_SUBTREES = (("customer",), ("customer/1", "bank"), ("fees/EUR",), ("control", "customer"))


def administrative_command(rng: random.Random, books: Books, now_ns: int) -> Command:
    """One of them, at random."""
    match rng.randrange(10):
        case 0:
            code, ledger = rng.choice((("PTS", 900_001), ("PTS", 900_002), ("GOLD", 900_001)))
            return administration.RegisterAsset(code=code, scale=0, ledger=ledger)
        case 1:
            days_ago = rng.choice((0, 1, 1, 3, 30))
            return administration.ClosePeriod(through=day_text(now_ns - days_ago * _DAY_NS))
        case 2 | 3:
            return administration.GrantBulk(
                holder=rng.choice(("key:robot", "key:robot", "owner")),
                subtrees=rng.choice(_SUBTREES),
                assets=rng.choice(((), (), ("EUR",), ("EUR", "XXX"))),
            )
        case 4:
            bits = [*books.grants, 7]
            return administration.EndBulkGrant(bit=rng.choice(bits))
        case 5:
            content = b'{"bps":%d}' % rng.randrange(100)
            name = rng.choice(("cards", "wires"))
            return administration.PutDocument(kind="fees", name=name, schema=1, content=content)
        case 6:
            return administration.RollBackDocument(
                kind="fees", name="cards", version=rng.randint(1, 4)
            )
        case 7:
            key_id = f"k{rng.randrange(12)}"
            token = key_id.encode().ljust(32, b"\0")
            return administration.IssueKey(key_id=key_id, token_hash=token, scopes=(LEDGER_READ,))
        case 8:
            code = rng.choice(("JPY", "JPY", "GOLD", "PTS", "PTS", "PTS"))
            return delisting.DelistAsset(code=code, successor=rng.choice((None, None, "GOLD")))
        case _:
            return administration.RevokeKey(key_id=f"k{rng.randrange(12)}")


def day_text(now_ns: int) -> str:
    """The UTC day of a time, as ISO 8601 writes it."""
    return str(datetime.fromtimestamp(now_ns // SECOND_NS, UTC).date())
