"""How an error is told: a sentence, its code and its facts, and what to do about it.

To people on standard error, in their language; with `--json` as one problem (RFC 9457), the shape
that the HTTP door uses. Nobody is shown a traceback, unless `TPWALLET_DEBUG` is set.
"""

import os
import re
import traceback
from collections.abc import Mapping

import click

from tpwallet.faces.cli import exits
from tpwallet.faces.cli.language import say, say_code, say_detail, say_message
from tpwallet.kernel.errors import TpwalletError

_NEGATIVE = re.compile(r"-[0-9.]")  # what is read as an option, and was meant as a number
_HINTS = {
    "journal_corrupt": "See what can still be trusted: tpwallet verify --report FILE",
    "pool_in_use": "It may be served: use its address, --url URL --key TOKEN",
    "outcome_unknown": "Put the same command again with the same --command-id.",
    "unauthorized": "Name a key: --key TOKEN, or TPWALLET_KEY",
}


class Fault(TpwalletError):
    """Something nobody foresaw."""

    code = "internal_error"


class StorageFailed(TpwalletError):
    """The operating system would not read or write."""

    code = "storage_failed"


def tell_error(error: BaseException, *, is_json: bool) -> int:
    """Tell an error and give the exit status it means. What asks the process to end, rises."""
    match error:
        case SystemExit() | GeneratorExit():
            raise error
        case click.Abort() | KeyboardInterrupt():
            click.echo(say("Interrupted."), err=True)
            return exits.INTERRUPTED
        case click.UsageError():
            return _tell_usage(error, is_json=is_json)
        case click.ClickException():
            return _tell(TpwalletError(error.format_message()), is_json=is_json)
        case TpwalletError():
            return _tell(error, is_json=is_json)
        case OSError():
            found = StorageFailed(str(error.strerror or error), path=str(error.filename or ""))
            return _tell(found, is_json=is_json)
        case _:
            return _tell_fault(error, is_json=is_json)


def _tell_usage(error: click.UsageError, *, is_json: bool) -> int:
    from tpwallet.kernel.errors import Malformed

    parameter = (
        error.param.human_readable_name
        if isinstance(error, click.BadParameter) and (error.param)
        else "arguments"
    )
    if is_json:
        return _tell(Malformed(error.format_message(), parameter=parameter), is_json=True)
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        path = error.ctx.command_path
        click.echo(say("Try '{command} --help' for help.", command=path), err=True)
        click.echo(err=True)
    click.echo(f"{say('Error: ')}{usage_sentence(error)}", err=True)
    return exits.USAGE


def usage_sentence(error: click.UsageError) -> str:
    """What is wrong with a command line, in the present language where it is a common mistake."""
    match error:
        case click.NoSuchOption(option_name=name) if _NEGATIVE.match(name):
            return say(
                "An amount is not below 0: to move it the other way, let DEBIT and CREDIT change "
                "places."
            )
        case click.NoSuchOption(option_name=name):
            return say("There is no option {name}.", name=name)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return say("{name} is missing.", name=_name_of(parameter, error))
        case click.BadParameter(param=click.Parameter() as parameter):
            reason = say_message(error.message)
            return say("{name}: {reason}", name=_name_of(parameter, error), reason=reason)
        case _:
            return say_message(error.format_message())


def _name_of(parameter: click.Parameter, error: click.UsageError) -> str:
    """What a parameter is called on the command line: --kind, or ACCOUNT."""
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return parameter.make_metavar(error.ctx or click.Context(click.Command("tpwallet")))


def _tell_fault(error: BaseException, *, is_json: bool) -> int:
    if os.environ.get("TPWALLET_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    message = f"{type(error).__name__}: {error}"
    return _tell(Fault(message, hint="TPWALLET_DEBUG=1"), is_json=is_json)


def _tell(error: TpwalletError, *, is_json: bool) -> int:
    if is_json:
        from tpwallet.faces.cli.output import write_json
        from tpwallet.faces.client import HubError
        from tpwallet.faces.http.problems import problem_of

        problem = error.problem if isinstance(error, HubError) else problem_of(error)
        write_json(problem, error=True)
        return exits.status_of(error.code)
    message = str(error)
    click.echo(f"{say('Error: ')}{say_code(error.code, message)}", err=True)
    if detail := say_detail(error.code, message):
        click.echo(f"  {detail}", err=True)
    told = {name: fact for name, fact in error.facts.items() if fact not in (None, "")}
    click.echo(f"  {error.code}{_facts(told)}", err=True)
    hint = _HINTS.get("pool_in_use" if "pool" in told and error.code == "halted" else error.code)
    if hint is not None:
        click.echo(f"  {say(hint)}", err=True)
    return exits.status_of(error.code)


def _facts(facts: Mapping[str, object]) -> str:
    return "".join(f"  {name}={fact}" for name, fact in facts.items())
