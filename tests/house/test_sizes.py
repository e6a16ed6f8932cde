"""Law: a file of more than 400 lines is two ideas, unless a reviewer wrote down why it is one.

Long functions are reported at the end of the run (conftest.py) and fail nothing: whether fifty
lines are one thought is taste, and taste is judged by reading.
"""

import ast
from collections.abc import Iterable, Iterator

from tests.house.allowed import exceptions, unused
from tests.house.reading import Offence, Source, expect_none, lines_of, python_sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50


def long_files(source: Source) -> Iterator[Offence]:
    """Find a file that is too long."""
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield Offence(source.path, 1, f"{lines} lines, more than {FILE_LINES_MAX}: split it")


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from its `def` on, without its docstring."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    spoken = 0
    if ast.get_docstring(function, clean=False) is not None:
        spoken = (first.end_lineno or first.lineno) - first.lineno + 1
    return last - function.lineno + 1 - spoken


def long_functions(source: Source) -> Iterator[tuple[int, Offence]]:
    """Find functions that are long, each with its number of lines."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = code_lines(node)
            if lines > FUNCTION_LINES_MAX:
                yield lines, source.offence(node, f"{node.name}: {lines} lines")


def unexcused(found: Iterable[Offence], excused: dict[str, str]) -> list[Offence]:
    """Leave out what is excused, and add the excuses nobody needs."""
    offences = list(found)
    return [
        *(offence for offence in offences if offence.path not in excused),
        *unused("long_files", excused, {offence.path for offence in offences}),
    ]


def test_long_files_are_reviewed() -> None:
    found = (offence for source in python_sources() for offence in long_files(source))
    expect_none(unexcused(found, exceptions("long_files")))


def test_long_files_are_found() -> None:
    assert not lines_of(long_files, "x = 1\n" * FILE_LINES_MAX)
    assert lines_of(long_files, "x = 1\n" * (FILE_LINES_MAX + 1)) == {1}


def test_an_excuse_nobody_needs_is_found() -> None:
    assert unexcused([Offence("a.py", 1, "")], {"a.py": "one table"}) == []
    assert len(unexcused([], {"a.py": "one table"})) == 1


def test_long_functions_are_counted_without_their_docstring() -> None:
    body = "    x = 1\n" * FUNCTION_LINES_MAX
    assert [lines for lines, _ in long_functions(Source("a.py", f"def f():\n{body}"))] == [51]
    spoken = "def f():\n    '''A.\n\n    B.\n    '''\n" + body.replace("    x = 1\n", "", 1)
    assert not list(long_functions(Source("a.py", spoken)))
