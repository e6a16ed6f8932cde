"""What governs a pool, and rehearsals, by the library: a user's path through every call."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.embedded import Personal, Pool
from tpwallet.kernel.access import ADMIN, LEDGER_READ
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.keys.api_keys import api_key_hash

BANK, ADA, BOB = "bank/main/EUR", "customer/ada/EUR", "customer/bob/EUR"


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account(BANK, asset="EUR", kind="asset")
        opened.open_account(ADA, asset="EUR", kind="liability")
        opened.open_account(BOB, asset="EUR", kind="liability")
        opened.transfer(debit=BANK, credit=ADA, amount="100.00", asset="EUR")
        yield opened


def test_a_rehearsal_answers_as_the_command_would_and_changes_nothing(pool: Pool) -> None:
    position = pool.position
    said = pool.transfer(
        debit=ADA, credit=BOB, amount="1.00", asset="EUR", command_id="x", dry_run=True
    )
    assert (pool.position, pool.balance(BOB).posted) == (position, "0.00")
    done = pool.transfer(debit=ADA, credit=BOB, amount="1.00", asset="EUR", command_id="x")
    assert said.transfers[0].transfer_id == done.transfers[0].transfer_id
    assert (said.command_id, said.position) == (done.command_id, done.position)
    with pytest.raises(Rejected, match="exceeds"):
        pool.transfer(debit=BOB, credit=ADA, amount="9.00", asset="EUR", dry_run=True)
    assert pool.position == done.position


def test_a_rehearsal_leaves_no_personal_text_behind(pool: Pool) -> None:
    for dry_run, texts in ((True, 0), (False, 1)):
        pool.transfer(
            debit=ADA,
            credit=BOB,
            amount="1.00",
            asset="EUR",
            command_id="flat",
            personal=Personal(f"ada-{texts}", {"remittance": "for the flat"}),
            dry_run=dry_run,
        )
        assert pool.erase(f"ada-{texts}") == texts


def test_a_hold_brings_its_note_and_day_and_so_do_its_ends(pool: Pool) -> None:
    pool.hold(
        debit=ADA,
        credit=BOB,
        amount="5.00",
        asset="EUR",
        transfer_id="70",
        effective_date="2026-01-02",
        metadata={"order": "7"},
        personal=Personal("ada", {"remittance": "for the flat"}),
    )
    held = pool.find_transfer("70").transfer
    assert (held.metadata, held.effective_date) == ({"order": "7"}, "2026-01-02")
    assert set(held.sealed) == {"remittance"}
    pool.post_hold("70", amount="2.00", asset="EUR", transfer_id="71", metadata={"a": "b"})
    assert pool.find_transfer("71").transfer.metadata == {"a": "b"}
    other = pool.hold(debit=ADA, credit=BOB, amount="5.00", asset="EUR").transfers[0].transfer_id
    pool.void_hold(other, transfer_id="72", effective_date="2026-01-03")
    assert pool.find_transfer("72").transfer.effective_date == "2026-01-03"


def test_a_credit_line_lends_and_ends(pool: Pool) -> None:
    pool.set_credit_line(BOB, asset="EUR", limit="10.00")
    pool.transfer(debit=BOB, credit=ADA, amount="4.00", asset="EUR")
    with pytest.raises(Rejected):
        pool.set_credit_line(BOB, asset="EUR", limit="0")
    with pytest.raises(Malformed) as refused:
        pool.set_credit_line(BOB, asset="EUR", limit="-1")
    assert refused.value.facts["parameter"] == "limit"


def test_a_closed_period_takes_nothing_more(pool: Pool) -> None:
    assert pool.closed_period().closed_through is None
    pool.close_period("2020-12-31")
    assert pool.closed_period().closed_through == "2020-12-31"
    with pytest.raises(Rejected) as refusal:
        pool.transfer(debit=ADA, credit=BOB, amount="1", asset="EUR", effective_date="2020-12-31")
    assert refusal.value.code == "period_closed"


def test_an_asset_is_registered_rescaled_and_delisted(pool: Pool) -> None:
    pool.register_asset("GOLD", scale=2, ledger=900_001)
    pool.register_asset("GOLD-2", scale=4, ledger=900_002)
    assert {"GOLD", "GOLD-2"} <= {asset.code for asset in pool.assets().assets}
    pool.open_account("vault/gold", asset="GOLD", kind="asset")
    pool.open_account("ada/gold", asset="GOLD", kind="liability")
    pool.transfer(debit="vault/gold", credit="ada/gold", amount="1.50", asset="GOLD")
    tried = pool.rescale_accounts("GOLD", successor="GOLD-2", ratio="1", dry_run=True)
    moved = pool.rescale_accounts("GOLD", successor="GOLD-2", ratio="1")
    assert (tried.accounts, moved.accounts, moved.next_cursor) == (2, 2, None)
    while pool.rescale_accounts("GOLD", successor="GOLD-2", ratio="1").next_cursor:
        pass
    with pytest.raises(Malformed) as refused:
        pool.register_asset("no code", scale=2, ledger=900_003)
    assert refused.value.facts["parameter"] == "code"


def test_an_asset_nobody_holds_is_delisted(pool: Pool) -> None:
    pool.register_asset("GOLD", scale=2, ledger=900_001)
    pool.delist_asset("GOLD", successor="EUR")
    with pytest.raises(Rejected):
        pool.open_account("vault/gold", asset="GOLD", kind="asset")


def test_a_key_s_secret_is_told_once_and_opens_until_it_is_revoked(pool: Pool) -> None:
    made = pool.issue_key("ci", [LEDGER_READ], command_id="key-1")
    assert made.token is not None
    again = pool.issue_key("ci", [LEDGER_READ], command_id="key-1")
    assert (again.token, again.position) == (None, made.position)
    assert pool._writer.actor_of(api_key_hash(made.token)) is not None
    with pytest.raises(Rejected) as refusal:
        pool.issue_key("ci", [ADMIN])
    assert refusal.value.code == "key_exists"
    pool.revoke_key("ci")
    assert [(key.key_id, key.revoked) for key in pool.keys().keys] == [("ci", True)]
    assert pool._writer.actor_of(api_key_hash(made.token)) is None


def test_a_bulk_grant_is_given_and_ended(pool: Pool) -> None:
    pool.grant_bulk("key:ci", subtrees=["customer"], assets=["EUR"])
    granted = pool.grants().grants
    assert [(one.holder, one.subtrees, one.assets) for one in granted] == [
        ("key:ci", ["customer"], ["EUR"])
    ]
    pool.end_grant(granted[0].bit)
    assert pool.grants().grants == []


def test_documents_have_versions_and_come_back(pool: Pool) -> None:
    for content in (b'{"fee":1}', b'{"fee":2}'):
        pool.put_document("fees", "retail", content)
    pool.roll_back_document("fees", "retail", 1)
    assert [one.version for one in pool.each_version("fees", "retail")] == [1, 2, 3]
    (now,) = pool.each_document_in_force("fees")
    assert (bytes(now.content), now.restores) == (b'{"fee":1}', 1)
    page = pool.document_history("fees", "retail", limit=2)
    assert [one.version for one in page.documents] == [1, 2]
    rest = pool.document_history("fees", "retail", cursor=page.next_cursor)
    assert [one.version for one in rest.documents] == [3]


@pytest.mark.parametrize(
    ("ask", "parameter"),
    [
        (lambda pool: pool.put_document("a kind", "name", b"{}"), "kind"),
        (lambda pool: pool.put_document("kind", "name", b"\xff"), "content"),
        (lambda pool: pool.put_document("kind", "name", b"{"), "content"),
        (lambda pool: pool.documents_in_force("kind", limit=101), "limit"),
        (lambda pool: pool.document_history("kind", "name", cursor="x"), "cursor"),
        (lambda pool: pool.issue_key("ci", []), "scopes"),
        (lambda pool: pool.issue_key("ci", [ADMIN], expires_at="tomorrow"), "expires_at"),
        (lambda pool: pool.grant_bulk("key:ci", subtrees=[]), "subtrees"),
        (lambda pool: pool.import_transfers(b"", "xlsx"), "form"),
        (lambda pool: pool.import_transfers(b"\xff\xfe", "csv"), "content"),
    ],
)
def test_what_is_malformed_names_its_parameter(
    pool: Pool, ask: Callable[[Pool], object], parameter: str
) -> None:
    position = pool.position
    with pytest.raises(Malformed) as refused:
        ask(pool)
    assert refused.value.facts["parameter"] == parameter
    assert pool.position == position


def test_a_file_is_imported_whole_or_not_at_all(pool: Pool) -> None:
    good = f"debit,credit,amount,asset\n{ADA},{BOB},1.00,EUR\n{ADA},{BOB},2.00,EUR\n".encode()
    bad = good + f"{ADA},{BOB},9000.00,EUR\n".encode()
    tried = pool.import_transfers(bad, "csv", dry_run=True)
    assert [problem.status for problem in tried.problems] == ["exceeds_credits"]
    with pytest.raises(Rejected) as refusal:
        pool.import_transfers(bad, "csv")
    assert refusal.value.code == "import_refused"
    assert pool.balance(BOB).posted == "0.00"
    assert pool.import_transfers(good, "csv", command_id="f").imported
    assert pool.import_transfers(good, "csv", command_id="f").position < pool.position + 1
    assert pool.balance(BOB).posted == "3.00"


def test_lists_are_read_to_their_end(pool: Pool) -> None:
    assert [one.account for one in pool.each_account(prefix="customer/")] == [ADA, BOB]
    assert len(list(pool.each_transaction(account=ADA))) == 1
    assert [one.position for one in pool.each_event()][-1] == pool.position
    assert len(list(pool.each_change())) == 1
