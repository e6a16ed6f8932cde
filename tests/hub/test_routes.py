"""What tells one command from another under the same id: the keyed digest of its body.

The journal keeps these digests, and a caller may repeat a command after the hub was upgraded. So
they are golden bytes for ever, and a field that a later release adds does not change them.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.flows import (
    accounts,
    administration,
    archiving,
    bulk,
    clock,
    delisting,
    imports,
    rescaling,
    transfers,
)
from tpwallet.hub import ROUTES, body_digest
from tpwallet.kernel.command import Command

KEY = bytes(range(32))
LEG = Leg(debit="bank/main/EUR", credit="customer/42/EUR", amount="12.50", asset="EUR")
FULL_LEG = msgspec.structs.replace(LEG, code=7)
NOTE = Note(effective_date="2026-01-31", metadata={"b": "2", "a": "1"}, sealed={"memo": bytes(16)})

# Never change one: a repetition of what was asked of an older release would be told a conflict.
GOLDEN: tuple[tuple[Command, str], ...] = (
    (accounts.CloseAccount(account="a/b"), "b87ce1b95382f3edc486f531762e3a63"),
    (accounts.FreezeAccount(account="a/b"), "6ffbe7a05efd4229cd57d492f49bb4b5"),
    (
        accounts.OpenAccount(address="a/b", asset="EUR", kind=AccountKind.LIABILITY),
        "42e319a2cfcc8e4ca0fbf4daf3063419",
    ),
    (
        accounts.OpenAccount(
            address="a/b",
            asset="EUR",
            kind=AccountKind.LIABILITY,
            code=2001,
            allow_opposite_balance=True,
            guarded=False,
            metadata={"b": "2", "a": "1"},
            sealed={"name": bytes(16)},
        ),
        "40b361d8fcbcf573b6058dda6e429dbc",
    ),
    (accounts.ReopenAccount(account="a/b"), "95d98c41dba6dc28be993297bee1768c"),
    (
        accounts.SetCreditLine(address="a/b", asset="EUR", limit="100"),
        "652d97347be9a81a4c12cb2ada8654b0",
    ),
    (administration.ClosePeriod(through="2026-01-31"), "91f9e0847bea22d579d5746a59f41735"),
    (administration.EndBulkGrant(bit=1), "b76f05c9db351b6e92f71f6fc755842f"),
    (
        administration.GrantBulk(holder="key:robot", subtrees=("a", "b")),
        "a5ae16c99ff7591870be36a8ef71d05a",
    ),
    (
        administration.GrantBulk(holder="key:robot", subtrees=("a",), assets=("EUR",)),
        "3d25b8619088e3f05ed8921f99534d96",
    ),
    (
        administration.IssueKey(key_id="ci", token_hash=b"", scopes=("admin",)),
        "9b2e4b0c519fee87821dea9493fa591b",
    ),
    (
        administration.IssueKey(key_id="ci", token_hash=b"", scopes=("admin",), expires_at=9),
        "dfc565219a693b3dc45993a3f1dd9f25",
    ),
    (
        administration.PutDocument(kind="fees", name="cards", schema=1, content=b"{}"),
        "663dd233c7623fbdacc04e84c219e2f4",
    ),
    (
        administration.PutDocument(
            kind="fees", name="cards", schema=1, content=b"{}", effective_at=9
        ),
        "be2ba7c69c32d75141db35d95212c2ef",
    ),
    (
        administration.RegisterAsset(code="PTS", scale=2, ledger=900_001),
        "46daec1a08389df2332b09d26460d97f",
    ),
    (administration.RevokeKey(key_id="ci"), "8d2e5de3a610e90cb039c4584de091c7"),
    (
        administration.RollBackDocument(kind="fees", name="cards", version=1),
        "a2f7e4284be55e25f780dd1dbd6df731",
    ),
    (
        archiving.ArchiveSegment(through=9, commit_hash=bytes(32), sha256=bytes(32)),
        "539f0acd3a062fe23dbc02a6584eb7d3",
    ),
    (bulk.CreateAccounts(bytes(128)), "ca1ae18529de34ea2f7c6d82fc524c4e"),
    (bulk.CreateTransfers(bytes(128)), "d9834efc76531b83c970cab67c36185c"),
    (clock.Expire(), "ea8881b2d5192e692242ea18da383b92"),
    (clock.OverrideClock(reason="checked"), "5433ba46068786aef55a556784497220"),
    (delisting.DelistAsset(code="EUR"), "5c60caade57991f32ce1cceeffeefdfe"),
    (delisting.DelistAsset(code="EUR", successor="EUR2"), "8ee4a929b1e4e30c7d218782c4a1d6f9"),
    (imports.ImportTransfers(bytes(128)), "84dd4baac5dff7c16ea2d225f6d16243"),
    (
        rescaling.RescaleAccounts(code="OLD", successor="NEW", ratio="1/10", limit=100),
        "2278c4d7040d49399910737571d3bfa2",
    ),
    (
        rescaling.RescaleAccounts(code="OLD", successor="NEW", ratio="1", limit=100, after="7"),
        "b2bcf35703bace2d0c4005a73d633784",
    ),
    (transfers.Hold(leg=LEG), "a2bf541c7b6c00e148f3f880eefd2cec"),
    (
        transfers.Hold(leg=FULL_LEG, timeout_seconds=9, transfer_id="7", note=NOTE),
        "eda0d0661825734da80f2f0cd2e8eb48",
    ),
    (transfers.Post(legs=(LEG, FULL_LEG)), "fdce59dd783b4b0fd0153fad47167df5"),
    (transfers.Post(legs=(LEG,), transfer_id="7", note=NOTE), "61e76a390e7e1996b59052b2ddcda453"),
    (transfers.PostHold(pending_id="8"), "f5ba97d0540726766a00480763d5484a"),
    (
        transfers.PostHold(pending_id="8", amount="1", asset="EUR", transfer_id="7", note=NOTE),
        "0602d5597c621ceb80323efac7902c58",
    ),
    (transfers.VoidHold(pending_id="8"), "42564e4015ae566074e49b132b5cd0ca"),
    (
        transfers.VoidHold(pending_id="8", transfer_id="7", note=NOTE),
        "853a5c18122d2ff1d2362b12702ea270",
    ),
)


def digest_of(command: Command, name: str | None = None) -> str:
    return body_digest(KEY, name or ROUTES[type(command)].name, command).hex()


@pytest.mark.parametrize(("command", "golden"), GOLDEN, ids=lambda one: type(one).__name__)
def test_the_digest_of_a_command_never_changes(command: Command, golden: str) -> None:
    assert digest_of(command) == golden


def test_every_command_has_a_golden_digest_and_every_field_is_in_one() -> None:
    assert {type(command) for command, _ in GOLDEN} == set(ROUTES)
    for kind in ROUTES:
        given = {
            field
            for command, _ in GOLDEN
            if type(command) is kind
            for field in msgspec.msgpack.decode(msgspec.msgpack.encode(command))
        }
        assert given == {field.encode_name for field in msgspec.structs.fields(kind)}


def test_commands_that_differ_have_digests_that_differ() -> None:
    found = [digest_of(command) for command, _ in GOLDEN]
    assert len(set(found)) == len(found)


class LaterLeg(Leg, frozen=True, kw_only=True):
    """A leg of a release to come."""

    purpose: str | None = None


class LaterNote(Note, frozen=True, kw_only=True):
    """A note of a release to come."""

    labels: dict[str, str] = msgspec.field(default_factory=dict)


class LaterPost(transfers.Post, frozen=True, kw_only=True):
    """A posting of a release to come."""

    priority: int = 0
    is_urgent: bool = False
    approvers: tuple[str, ...] = ()


def test_a_field_that_a_later_release_adds_leaves_the_digests_of_older_requests() -> None:
    later_leg = LaterLeg(debit=LEG.debit, credit=LEG.credit, amount=LEG.amount, asset=LEG.asset)
    now = transfers.Post(legs=(LEG,), note=Note(metadata={"k": "v"}))
    later = LaterPost(legs=(later_leg,), note=LaterNote(metadata={"k": "v"}))
    name = ROUTES[transfers.Post].name
    assert digest_of(later, name) == digest_of(now)
    for change in ({"priority": 1}, {"is_urgent": True}, {"approvers": ("x",)}):
        assert digest_of(msgspec.structs.replace(later, **change), name) != digest_of(now)


def structs_in(value: object) -> Iterator[msgspec.Struct]:
    """A command and every struct inside it."""
    if isinstance(value, msgspec.Struct):
        yield value
        for field in value.__struct_fields__:
            yield from structs_in(getattr(value, field))
    elif isinstance(value, tuple):
        for one in value:
            yield from structs_in(one)


@pytest.mark.parametrize("command", [command for command, _ in GOLDEN], ids=repr)
def test_what_is_at_its_default_is_left_out_however_it_was_come_by(command: Command) -> None:
    """msgspec leaves out the very default, not its equal: of these kinds there is one of each."""
    for struct in structs_in(command):
        assert struct.__struct_config__.omit_defaults
        assert not struct.__struct_config__.array_like
        for field in msgspec.structs.fields(struct):
            assert _is_one_of_its_kind(field.default), field
            assert field.default_factory in (msgspec.NODEFAULT, dict, Note), field


def _is_one_of_its_kind(default: Any) -> bool:
    if isinstance(default, int) and not isinstance(default, bool):
        return -5 <= default <= 256  # the whole numbers that CPython has once
    return default in (msgspec.NODEFAULT, None, True, False, ())


def test_a_digest_is_of_the_body_and_no_one_else_can_compute_it() -> None:
    command = accounts.CloseAccount(account="a/b")
    assert len(bytes.fromhex(digest_of(command))) == 16
    assert body_digest(bytes(32), "ledger.close_account", command) != body_digest(
        KEY, "ledger.close_account", command
    )
    assert digest_of(command, "ledger.freeze_account") != digest_of(command)
