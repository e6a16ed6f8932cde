"""After the laws: the longest functions, for a reader to judge. They fail nothing."""

from contextlib import suppress

import pytest

from tests.house.reading import Offence, is_checkout, python_sources
from tests.house.test_sizes import FUNCTION_LINES_MAX, long_functions

SHOWN_MAX = 10


def longest_functions() -> list[Offence]:
    """List the long functions of the repository, the longest first."""
    found: list[tuple[int, Offence]] = []
    for source in python_sources() if is_checkout() else ():
        with suppress(SyntaxError):  # the laws themselves fail on a file that does not parse
            found += long_functions(source)
    return [offence for _, offence in sorted(found, key=lambda pair: -pair[0])]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the longest functions, if there are long ones."""
    found = longest_functions()
    if found:
        title = f"{len(found)} functions over {FUNCTION_LINES_MAX} lines, to be judged by reading"
        terminalreporter.section(title)
        for offence in found[:SHOWN_MAX]:
            terminalreporter.line(str(offence))
