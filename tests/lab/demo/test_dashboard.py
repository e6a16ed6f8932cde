import io

import pytest
from rich.console import Console

from tests.lab.demo.pieces import view
from tpwallet.lab.demo.dashboard import HEIGHT_MIN, WIDTH_MIN, draw
from tpwallet.lab.demo.view import Stage
from tpwallet.lab.demo.words import Language, Words

SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
SNAPSHOT = """\
tpwallet demo                 journal position 37,326 | values in EUR | up 00:42
● 14:05 Business day: 300 customers, 37 merchants, 24 h in 30 s
          Total       Available          Locked       In flight      Fee income
      17,470.16       15,832.33        1,091.88          545.94        1,637.83
── Assets ──────────────────────────────────────────────────────────────────────
Asset              Total Shares                     Worth in EUR Rate
EUR             6,400.00 █████████████████████▒»        6,400.00 base
USD             6,400.00 █████████████████████▒»        5,978.51 ECB 2024-06-28
CNY             6,400.00 █████████████████████▒»          823.17 ECB 2024-06-28
JPY              640,000 █████████████████████▒»        3,722.23 ECB 2024-06-28
BTC             0.006400 █████████████████████▒»          545.64 generated
ETH             0.000000 █████████████████████▒»            0.00 generated
USDC            0.640000 █████████████████████▒»            0.60 generated
── Activity ────────────────────────────────────────────────────────────────────
answers/s   2,560 ▆▆▆▆▆▆▆▆▇▇▇▇▇▇▇▇▇█████ half within 8.6 ms, 99 % within 28.5 ms
done 25,588 | in doubt 32 | refused 266: exceeds_credits 212, pending_transfer_…
deposit  1,234  hold       12k  capture      0  partial      0  void         0
expired    562  split   1,234k  refund       0  transfer     0  exchange     0
payout       0  paid out     0  returned     0  net fee      0  account      0
── Latest transactions ─────────────────────────────────────────────────────────
14:10:05 partial                  336.51 EUR  customer/93 → merchant/22
14:10:05 partial                  336.51 EUR  customer/93 → merchant/22
14:10:05 partial                  336.51 EUR  customer/93 → merchant/22
locked: reserved by purchases | in flight: on its way to a bank or chain
"""


def drawn(language: Language, width: int, height: int, **how: object) -> list[str]:
    words = Words(language)
    lines = draw(view(words, **how), words, width=width, height=height)  # type: ignore[arg-type]
    assert all(line.cell_len <= width for line in lines)
    return [line.plain for line in lines]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("empty", [False, True])
def test_the_screen_fits_every_size(
    language: Language, width: int, height: int, empty: bool
) -> None:
    assert len(drawn(language, width, height, empty=empty)) == height


def test_a_terminal_shows_each_line_unwrapped() -> None:
    console = Console(width=80, height=24, record=True, file=io.StringIO())
    words = Words(Language.CHINESE)
    for line in draw(view(words), words, width=80, height=24):
        console.print(line)
    assert console.export_text().count("\n") == 24


def test_a_smaller_terminal_gets_the_smallest_screen() -> None:
    assert draw_size(40, 10) == (WIDTH_MIN, HEIGHT_MIN)


def draw_size(width: int, height: int) -> tuple[int, int]:
    words = Words(Language.ENGLISH)
    lines = draw(view(words), words, width=width, height=height)
    return max(line.cell_len for line in lines), len(lines)


def test_a_wider_screen_has_more_columns_and_a_taller_one_more_transactions() -> None:
    small = drawn(Language.ENGLISH, 80, 24)
    large = drawn(Language.ENGLISH, 120, 40)
    assert "Locked" not in small[5]
    assert "Locked" in large[5]
    assert sum("partial  " in line for line in small) < sum("partial  " in line for line in large)
    assert any("customer/93/available/EUR" in line for line in large)


def test_the_smallest_screen_is_as_it_was_reviewed() -> None:
    lines = [line.rstrip() for line in drawn(Language.ENGLISH, 80, 24)]
    assert "\n".join(lines) + "\n" == SNAPSHOT


def test_a_dead_hub_is_marked_by_more_than_colour() -> None:
    alive, dead = (
        drawn(Language.ENGLISH, 80, 24, stage=stage)[1] for stage in (Stage.DAY, Stage.KILLED)
    )
    assert alive.startswith("●")
    assert dead.startswith("x")
    assert "SIGKILL" in dead


def test_generated_prices_are_marked() -> None:
    lines = drawn(Language.ENGLISH, 80, 24)
    by_asset = {line.split()[0]: line for line in lines[6:13]}
    assert all("generated" in by_asset[code] for code in ("BTC", "ETH", "USDC"))
    assert all("ECB 2024-06-28" in by_asset[code] for code in ("USD", "CNY", "JPY"))
