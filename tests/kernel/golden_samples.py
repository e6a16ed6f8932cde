"""One example of every event version there ever was; its bytes are kept in tests/golden.

An example is never changed. A version that is no longer written keeps its example here, as what it
is read as now, in `READ_AS`.
"""

from tpwallet.domains.ledger import events as ledger
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfer
from tpwallet.kernel import access, documents, facts
from tpwallet.kernel.wire import Event

_ID = bytes(range(1, 17))
_OTHER = bytes(range(17, 33))
_ACCOUNT = pack_account(Account(id=7, ledger=978, code=2000, flags=10, timestamp=1_700_000_000))
_TRANSFER = pack_transfer(
    Transfer(
        id=1 << 100,
        debit_account_id=7,
        credit_account_id=8,
        amount=(1 << 127) + 3,
        user_data_64=9,
        timeout=60,
        ledger=978,
        code=1,
        flags=2,
        timestamp=1_700_000_001,
    )
)
_REFUSAL = (1).to_bytes(4, "little") + (59 | 1 << 31).to_bytes(4, "little") + _ID

WRITTEN: tuple[Event, ...] = (
    access.KeyIssued(access.ApiKey("desk", bytes(32), ("ledger:read", "admin"), 1_700_000_000)),
    access.KeyRevoked("desk"),
    documents.DocumentPut(
        documents.Document("fees", "cards", 2, 1, b'{"bps":5}', 1_700_000_000, "owner", 1)
    ),
    facts.ClockOverridden("the server slept"),
    facts.EpochStarted(3, "embedded", "0.1.0"),
    facts.LogKeyAdded("tpwallet/ab+00000000+AQID"),
    facts.Refused(
        "ledger.post", "exceeds_credits", "exceeds credits", {"leg": 0, "of": None}, {"fees": 2}
    ),
    facts.SegmentArchived(4096, bytes(32), bytes(range(32))),
    facts.Unchanged("ledger.open_account"),
    ledger.AccountClosed(_ID, _OTHER, "frozen"),
    ledger.AccountNamed(_ID, "customer/42/EUR", True, {"tier": "gold"}, {"name": _OTHER}),
    ledger.AccountReopened(_ID),
    ledger.AccountsCreated(_ACCOUNT, _REFUSAL),
    ledger.AccountsRescaled("OLD", "NEW", "1/1000", 250, _ID),
    ledger.AssetDelisted("OLD", "NEW"),
    ledger.AssetRegistered("PTS", 2, 900_001, "custom"),
    ledger.BatchApplied(_TRANSFER, _REFUSAL),
    ledger.BulkGrantEnded(5),
    ledger.BulkGranted(ledger.Grant(5, "key:desk", ("customer",), (978,))),
    ledger.CreditLineSet(_ID, _OTHER, str(1 << 100)),
    ledger.Expired(_ID + _OTHER, 1_700_000_002),
    ledger.PeriodClosed("2026-06-30"),
    ledger.TransferNoted(_ID, "2026-07-01", {"invoice": "17"}, {"remittance": _OTHER}),
)

# Of versions that are read and no longer written: what their bytes are read as.
READ_AS: dict[str, Event] = {}
