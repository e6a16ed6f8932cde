"""How one description becomes a method of both clients.

A method of the API is written once, as a function that builds what is to be sent: a `Call`, a
`Listing` of pages, or a `Feed` that never ends. On a `Client` it is a method that gives the answer;
on an `AsyncClient` one that is awaited for the same answer, or iterated over with `async for`. The
parameters, their types and their documentation are the function's own; arguments are held to those
types (`tpwallet.faces.arguments`) before anything is sent.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from tpwallet.faces.arguments import held
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.errors import unsent
from tpwallet.kernel.errors import Malformed

P = ParamSpec("P")
T = TypeVar("T")
Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Page, T]):
    """A list that is read page by page."""

    first: Call[Page]
    lines: Callable[[Page], Sequence[T]]
    after: Callable[[Page], str | None]  # where the next page begins; None: there is none
    going_on: str = "cursor"  # the parameter that says so

    def following(self, page: Page) -> Call[Page] | None:
        """The call for the page after one."""
        place = self.after(page)
        return None if place is None else self.first.asking(**{self.going_on: place})


@dataclass(frozen=True, slots=True)
class Feed(Generic[T]):
    """A stream of events that goes on for as long as it is read."""

    call: Call[Any]
    shape: type[T]
    away_ms_max: int  # how long the hub may be away


class Blocking(ABC):
    """A client whose methods give the answer."""

    @abstractmethod
    def send(self, call: Call[T]) -> T:
        """Send a call and give its answer."""

    @abstractmethod
    def read_through(self, listing: Listing[Page, T]) -> Generator[T, None, None]:
        """Give every line of a list."""

    @abstractmethod
    def follow(self, feed: Feed[T]) -> Generator[T, None, None]:
        """Give everything that comes on a stream."""


class Awaited(ABC):
    """A client whose methods are awaited."""

    @abstractmethod
    async def send(self, call: Call[T]) -> T:
        """Send a call and give its answer."""

    @abstractmethod
    def read_through(self, listing: Listing[Page, T]) -> AsyncGenerator[T, None]:
        """Give every line of a list."""

    @abstractmethod
    def follow(self, feed: Feed[T]) -> AsyncGenerator[T, None]:
        """Give everything that comes on a stream."""


class _Described:
    """What all methods made here show of themselves: the description's own signature and words."""

    def __init__(self, describe: Callable[..., Any]) -> None:
        self._describe = describe
        self._held = held(describe)
        self.__doc__ = describe.__doc__

    def _bound(self, client: Any, act: Callable[[Any], Any]) -> Any:
        def method(*args: Any, **kwargs: Any) -> Any:
            try:
                described = self._held(client, *args, **kwargs)
            except Malformed as refusal:
                raise unsent(refusal) from None
            return act(described)

        method.__doc__ = self.__doc__
        method.__name__ = self._describe.__name__
        return method


class Asking(_Described, Generic[P, T]):
    """A method that asks once."""

    @overload
    def __get__(self, client: None, owner: type) -> Callable[Concatenate[Any, P], Call[T]]: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaited, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """The method of a client; of the class, the description."""
        return self._held if client is None else self._bound(client, client.send)


class Iterating(_Described, Generic[P, T]):
    """A method that gives one line after another."""

    @overload
    def __get__(self, client: None, owner: type) -> Callable[Concatenate[Any, P], object]: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, Generator[T, None, None]]: ...
    @overload
    def __get__(self, client: Awaited, owner: type) -> Callable[P, AsyncGenerator[T, None]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """The method of a client; of the class, the description."""
        return self._held if client is None else self._bound(client, self._give(client))

    def _give(self, client: Any) -> Callable[[Any], Any]:
        def give(described: Any) -> Any:
            if isinstance(described, Feed):
                return client.follow(described)
            return client.read_through(described)

        return give


def asks(describe: Callable[Concatenate[Any, P], Call[T]]) -> Asking[P, T]:
    """Make a method that asks once."""
    return Asking(describe)


def lists(describe: Callable[Concatenate[Any, P], Listing[Any, T]]) -> Iterating[P, T]:
    """Make a method that gives every line of a list, page after page."""
    return Iterating(describe)


def streams(describe: Callable[Concatenate[Any, P], Feed[T]]) -> Iterating[P, T]:
    """Make a method that gives what comes on a stream, and goes on after every interruption."""
    return Iterating(describe)
