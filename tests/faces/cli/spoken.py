"""What the command line says, read off its source: every sentence that can reach a person."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

import tpwallet.faces.cli as package
from tpwallet.faces.cli.command import SECTIONS
from tpwallet.faces.cli.main import cli

_FACES = Path(package.__file__).parent.parent
_TABLES = {"_STAGES", "_CHECKS", "_VIEWS", "_OUTCOMES", "_STATES", "_VERDICTS", "_HINTS", "_KNOWN"}
_FIRST = {"say", "tell", "note"}
_SECOND = {"answer_receipt"}
_THIRD = {"_change"}
_KINDS = {"pool", "export"}  # of what was verified
_OF_ROOT = {"Laboratory"}


def helps(root: click.Command | None = cli) -> set[str]:
    """The help of every command, group and option of a command."""
    found: set[str] = set()
    waiting: list[click.Command] = [] if root is None else [root]
    while waiting:
        command = waiting.pop()
        if isinstance(command, click.Group):
            waiting += command.commands.values()
        found.add(inspect.cleandoc(command.help or ""))
        found |= {p.help for p in command.params if isinstance(p, click.Option) and p.help}
    return found


def sentences() -> set[str]:
    """Every other sentence."""
    found = {*SECTIONS, *_KINDS, *_OF_ROOT}
    for folder in ("cli", "operations/examining"):
        for path in sorted((_FACES / folder).rglob("*.py")):
            if "chinese" not in path.parts:
                found |= set(_spoken(ast.parse(path.read_text())))
    verification = _FACES.parent / "processes/verification/verification.py"
    return found | set(_reasons(ast.parse(verification.read_text())))


def _spoken(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                yield from _of_call(name, args, keywords)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=values)) if (
                name in _TABLES
            ):
                yield from _texts(*values)
            case ast.Assign(targets=[ast.Name(id="_COLUMNS")], value=ast.Tuple(elts=names)):
                yield from _texts(*names)
            case ast.Assign(targets=[target], value=value):
                yield from _assigned(target, value)
            case ast.FunctionDef() if _calls(node, "show_facts"):
                yield from _names_of_facts(node)
            case _:
                pass


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[str]:
    """What is put into a variable that is told later."""
    match target, value:
        case ast.Name(id="message" | "advice"), _:
            yield from _texts(value)
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for one, other in zip(targets, values, strict=True):
                yield from _assigned(one, other)
        case _:
            pass


def _of_call(name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[str]:
    if name in _FIRST:
        yield from _texts(*args[:1])
    elif name in _SECOND:
        yield from _texts(*args[1:2])
    elif name in _THIRD:
        yield from _texts(*args[2:3])
    elif name == "show_table" and isinstance(args[0], ast.Tuple):
        yield from _texts(*args[0].elts)
        yield from _texts(*(one.value for one in keywords if one.arg == "empty"))
    elif name == "Diagnosis":
        spoken = ("name", "message", "advice")
        yield from _texts(*(one.value for one in keywords if one.arg in spoken))
    elif name in {"_failed_journal", "_examine_secret"}:
        yield from _texts(*args)


def _texts(*nodes: ast.expr) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if text:
                yield text
            case ast.IfExp(body=body, orelse=orelse):
                yield from _texts(body, orelse)
            case _:
                pass


def _calls(function: ast.FunctionDef, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(function)
    )


def _names_of_facts(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Tuple(elts=[ast.Constant(value=str(name)), _]):
                yield name
            case _:
                pass


def _reasons(tree: ast.Module) -> Iterator[str]:
    """Why a check of a verification was skipped."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_reason_to_skip":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _texts(inner.value)
