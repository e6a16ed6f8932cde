"""Names that stay in the journal are words; what is none is refused and not repeated."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.forms import check_word
from tpwallet.kernel.limits import WORD_LENGTH_MAX

LETTERS = frozenset("._:-" + string.ascii_letters + string.digits)


@given(st.text() | st.text(sorted(LETTERS), max_size=WORD_LENGTH_MAX + 2))
def test_a_word_is_itself_and_what_is_none_is_not_repeated(text: str) -> None:
    if 0 < len(text) <= WORD_LENGTH_MAX and LETTERS.issuperset(text):
        assert check_word(text, parameter="name") == text
        return
    with pytest.raises(Malformed) as refusal:
        check_word(text, parameter="name")
    assert str(refusal.value) == f"a word has 1 to {WORD_LENGTH_MAX} letters, digits and . _ : -"
    assert refusal.value.facts == {"parameter": "name"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "a\n", "a/b", "+44207946", "é", "１", "\ud800", "x" * (WORD_LENGTH_MAX + 1)],
)
def test_sentences_numbers_and_long_texts_are_no_words(text: str) -> None:
    with pytest.raises(Malformed):
        check_word(text, parameter="name")


def test_the_limit_may_be_another() -> None:
    assert check_word("x" * 3, parameter="name", length_max=3) == "xxx"
    with pytest.raises(Malformed, match="1 to 3"):
        check_word("x" * 4, parameter="name", length_max=3)
