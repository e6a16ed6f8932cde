"""Three doors to the same machine: what the hub's client can ask, the library can.

Names, parameters and defaults are compared by machine; each difference has its reason here.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tpwallet.faces.client import Client
from tpwallet.faces.client.api import Methods
from tpwallet.faces.embedded import Pool

ONLY_OF_A_HUB = {
    "create_accounts_in_rows": "the library's BatchReply has every status and timestamp",
    "create_transfers_in_rows": "the library's BatchReply has every status and timestamp",
    "follow_events": "a stream over connections; in this process, each_event after a position",
    "follow_changes": "a stream over connections; in this process, each_change after a place",
    "is_alive": "of a server",
    "is_ready": "of a server",
    "metrics": "of a server",
    "error_codes": "of a server: a program has the exceptions",
    "error_code": "of a server: a program has the exceptions",
}
ONLY_OF_A_POOL = {"close": "a client's is its own", "position": "the last durable position"}
# The library's reads always reflect all it has written; nothing can be ahead of them.
ONLY_OF_A_HUBS_METHOD = {"at_least"}

_NAMES = sorted(
    name for name in dir(Methods) if not name.startswith("_") and name not in ONLY_OF_A_HUB
)


def parameters(method: Callable[..., Any]) -> Mapping[str, tuple[object, object]]:
    """A method's parameters, in order: their kinds and defaults."""
    found = inspect.signature(method).parameters
    return {
        name: (one.kind, one.default)
        for name, one in found.items()
        if name != "self" and name not in ONLY_OF_A_HUBS_METHOD
    }


def shapes(method: Callable[..., Any]) -> Mapping[str, object]:
    """What each parameter is held to; what a method checks itself is in quotes."""
    found = inspect.get_annotations(inspect.unwrap(method))
    return {name: found[name] for name in parameters(method) if not isinstance(found[name], str)}


@pytest.mark.parametrize("name", _NAMES)
def test_the_library_has_each_method_of_the_client_with_its_parameters(name: str) -> None:
    ours, theirs = parameters(getattr(Pool, name)), parameters(getattr(Client, name))
    assert list(ours.items()) == list(theirs.items())


@pytest.mark.parametrize("name", _NAMES)
def test_the_library_and_the_client_hold_arguments_to_the_same_shapes(name: str) -> None:
    ours, theirs = shapes(getattr(Pool, name)), shapes(getattr(Client, name))
    assert ours == theirs


def test_the_library_has_no_method_that_the_client_lacks() -> None:
    ours = {name for name in dir(Pool) if not name.startswith("_")}
    assert ours - set(_NAMES) == set(ONLY_OF_A_POOL)


def test_every_excuse_is_needed() -> None:
    assert set(ONLY_OF_A_HUB) <= set(dir(Client))
    assert set(ONLY_OF_A_HUB) & set(dir(Pool)) == set()
