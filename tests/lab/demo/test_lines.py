import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tpwallet.lab.demo.lines import Cell, Share, bar, fitted, row, rule, sparkline

texts = st.text("abc 过期途—…", max_size=30)
widths = st.integers(1, 40)


@given(texts, widths, st.booleans())
def test_a_fitted_text_takes_exactly_its_width(text: str, width: int, right: bool) -> None:
    assert cell_len(fitted(text, width, right=right)) == width


@given(st.lists(st.tuples(texts, widths), min_size=1, max_size=4))
def test_a_row_is_as_wide_as_its_cells_and_gaps(cells: list[tuple[str, int]]) -> None:
    line = row(*(Cell(text, width) for text, width in cells))
    assert line.cell_len == sum(width for _, width in cells) + len(cells) - 1


@given(st.lists(st.integers(0, 10**30), min_size=1, max_size=3), widths)
def test_a_bar_fills_its_width_and_each_share_gets_its_part(amounts: list[int], width: int) -> None:
    glyphs = "#=-"
    text = bar([Share(amount, glyphs[n], "") for n, amount in enumerate(amounts)], width).plain
    assert len(text) == width
    whole = sum(amounts)
    if whole:
        for number, amount in enumerate(amounts):
            assert abs(text.count(glyphs[number]) * whole - amount * width) <= whole
    else:
        assert text.isspace()


@given(st.lists(st.integers(0, 10**6), max_size=60), widths)
def test_a_sparkline_s_highest_value_is_its_highest_block(values: list[int], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) == width
    shown = values[-width:]
    if any(shown):
        assert line[width - len(shown) + shown.index(max(shown))] == "█"
    assert line.count(" ") == width - len(shown)


@pytest.mark.parametrize("title", ["Assets", "资产", "x" * 100])
def test_a_rule_fits(title: str) -> None:
    assert rule(title, 80).cell_len == 80
