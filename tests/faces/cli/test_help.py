"""Every command explains itself, in both languages, without loading the machine."""

import inspect
import re
from collections.abc import Iterator

import click
import pytest

from tests.faces.cli.running import Line
from tpwallet.faces.cli.language import use_language
from tpwallet.faces.cli.main import cli
from tpwallet.faces.cli.plugins import plugin_names


def _paths(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _paths(inner, *path, name)


PATHS = list(_paths(cli))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_has_help_in_both_languages(path: tuple[str, ...], line: Line) -> None:
    english = line.ok(*path, "--help").out
    assert english.startswith("Usage: ")
    assert "--help" in english
    chinese = line.ok(*path, "--help", "--lang", "zh").out
    assert chinese.startswith("用法：")
    told = [row for row in chinese.splitlines()[1:] if row.strip()]
    assert any(re.search("[\u4e00-\u9fff]", row) for row in told)
    assert "Show this message" not in chinese


def test_the_first_help_names_every_command(line: Line) -> None:
    told = line.ok("--help").out
    names = [name for name, command in cli.commands.items() if not command.hidden]
    for name in [*names, *plugin_names()]:
        assert re.search(rf"^  {re.escape(name)}  ", told, re.MULTILINE), name
    assert {"demo", "bench", "sim"} <= set(plugin_names())


def test_every_command_says_what_it_is_for() -> None:
    for path in PATHS:
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            command = command.commands[name]
        first = inspect.cleandoc(command.help or "").split("\n")[0]
        assert first.endswith("."), path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)


def test_every_command_answers_programs() -> None:
    for path in PATHS:
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            command = command.commands[name]
        if not isinstance(command, click.Group):
            flags = [flag for parameter in command.params for flag in parameter.opts]
            assert "--json" in flags, path
            assert "--lang" in flags, path


def test_a_plug_in_explains_itself(line: Line) -> None:
    assert "--seeds" in line.ok("sim", "--help").out


def test_the_version_is_told(line: Line) -> None:
    assert re.fullmatch(r"tpwallet \d+\.\d+\.\d+\n", line.ok("--version").out)


def test_help_loads_neither_compiled_code_nor_servers(line: Line) -> None:
    program = (
        "import sys\n"
        "from tpwallet.faces.cli.main import cli\n"
        "try:\n    cli.main(['transfer', 'new', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numba', 'numpy', 'litestar', 'sqlalchemy', 'apsw', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = line.program(program)
    assert ran.err.strip() == "[]", ran


@pytest.mark.parametrize(("language", "begins"), [("en", "Usage: "), ("zh", "用法：")])
def test_the_line_of_usage_begins_in_the_language(language: str, begins: str) -> None:
    use_language(language)
    try:
        formatter = click.HelpFormatter()
        cli.format_usage(click.Context(cli, info_name="tpwallet"), formatter)
    finally:
        use_language("en")
    assert formatter.getvalue() == f"{begins}tpwallet [OPTIONS] COMMAND [ARGS]...\n"
