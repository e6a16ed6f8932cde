"""The reference page says what the commands say."""

from tests.faces.cli.reference import PAGE, with_reference
from tpwallet.faces.cli import exits


def test_the_page_is_what_the_commands_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_reference(page), "run: python -m tests.faces.cli.reference"


def test_every_exit_status_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, status in vars(exits).items():
        if name.isupper() and isinstance(status, int):
            assert f"\n| {status} | " in page, name
