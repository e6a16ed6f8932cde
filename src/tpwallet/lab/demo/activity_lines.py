"""What is going on, on the screen: speed, answers, counts by kind, and the latest transactions."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from tpwallet.lab.day.intents import Kind
from tpwallet.lab.demo.lines import Cell, fitted, row, sparkline
from tpwallet.lab.demo.shown import short, shown
from tpwallet.lab.demo.tally import Latest, Tallied
from tpwallet.lab.demo.words import Words
from tpwallet.money import Amount, standard_catalogue

# What is counted: a word's name, and the kind; None for what nobody asks for, expiries.
_COUNTED: tuple[tuple[tuple[str, Kind | None], ...], ...] = (
    (
        ("deposit", Kind.DEPOSIT),
        ("hold", Kind.HOLD),
        ("capture", Kind.CAPTURE),
        ("partial_capture", Kind.PARTIAL_CAPTURE),
        ("void", Kind.VOID),
    ),
    (
        ("expired", None),
        ("split", Kind.SPLIT),
        ("refund", Kind.REFUND),
        ("transfer", Kind.TRANSFER),
        ("conversion", Kind.CONVERSION),
    ),
    (
        ("payout", Kind.PAYOUT),
        ("payout_sent", Kind.PAYOUT_SENT),
        ("payout_returned", Kind.PAYOUT_RETURNED),
        ("network_fee", Kind.NETWORK_FEE),
        ("accounts", Kind.OPENING),
    ),
)
_COLUMNS = 5
_GAP = "  "
_COUNT_LENGTH_MAX = 5
_TIME, _KIND, _AMOUNT, _ASSET = 8, 14, 16, 4
_WIDE = 110


def activity(tallied: Tallied, words: Words, width: int) -> Iterator[Text]:
    """Five lines: speed and latency, answers, and three of counts."""
    speed = f"{tallied.per_second[-1] if tallied.per_second else 0:,}"
    latency = words.say(
        "latency", p50=f"{tallied.latency_ms_p50:.1f}", p99=f"{tallied.latency_ms_p99:.1f}"
    )
    label = words.say("answers")
    room = width - cell_len(label) - 7 - cell_len(latency) - 3
    yield row(
        Cell(label, cell_len(label), "dim"),
        Cell(speed, 7, "bold", right=True),
        Cell(sparkline(tallied.per_second, room), room, "green"),
        Cell(latency, cell_len(latency), "dim"),
    )
    yield row(Cell(_answers(tallied, words), width))
    for counted in _COUNTED:
        yield _counts(counted, tallied, words, width)


def transaction(one: Latest, words: Words, width: int) -> Text:
    """One transaction: when, what, how much, from whom to whom."""
    transfer = one.transfer
    asset = standard_catalogue().by_code(transfer.asset)
    amount = shown(Amount.parse(transfer.amount, asset).minor, asset)
    ends = (transfer.debit, transfer.credit)
    if width < _WIDE:
        ends = (short(ends[0]), short(ends[1]))
    return row(
        Cell(transfer.time[11:19], _TIME, "dim"),
        Cell(words.say(one.kind.value), _KIND),
        Cell(amount, _AMOUNT, "bold", right=True),
        Cell(transfer.asset, _ASSET),
        Cell(" → ".join(ends), width - _TIME - _KIND - _AMOUNT - _ASSET - 4, "dim"),
    )


def _answers(tallied: Tallied, words: Words) -> str:
    parts = [words.say("acknowledged", count=f"{tallied.acknowledged:,}")]
    if tallied.in_doubt:
        parts.append(words.say("in_doubt_now", count=tallied.in_doubt))
    refused = words.say("refused", count=f"{tallied.refused:,}")
    codes = ", ".join(f"{code} {count:,}" for code, count in tallied.refusals.most_common())
    return " | ".join([*parts, f"{refused}: {codes}" if codes else refused])


def _counts(
    counted: tuple[tuple[str, Kind | None], ...], tallied: Tallied, words: Words, width: int
) -> Text:
    column = (width + len(_GAP)) // _COLUMNS - len(_GAP)
    cells = []
    for name, kind in counted:
        text = _short(tallied.expired if kind is None else tallied.kinds[kind])
        label = fitted(words.say(name), column - len(text) - 1)
        cells.append(Cell(f"{label} {text}", column))
    return row(*cells, gap=_GAP)


def _short(count: int) -> str:
    """A count in few characters; thousands and millions are cut, not rounded.

    >>> _short(9_999), _short(12_345), _short(1_234_567)
    ('9,999', '12k', '1,234k')
    """
    text = f"{count:,}"
    return text if len(text) <= _COUNT_LENGTH_MAX else f"{count // 1000:,}k"
