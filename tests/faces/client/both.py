"""Both clients behind one face, so that each claim is tested of each of them."""

import asyncio
import inspect
from contextlib import aclosing
from typing import Any, Self

from tpwallet.faces.client import AsyncClient, Client


class Awaiting:
    """An `AsyncClient` that is awaited for, on a loop of its own; lists are read to their end."""

    def __init__(self, url: str, key: str | None = None, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        try:
            self._client = self._runner.run(self._open(url, key, settings))
        except BaseException:
            self._runner.close()
            raise

    @staticmethod
    async def _open(url: str, key: str | None, settings: dict[str, Any]) -> AsyncClient:
        return AsyncClient(url, key, **settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def within(self, *, deadline_ms: int) -> "Awaiting":
        """As the client's."""
        other = object.__new__(Awaiting)
        other._runner, other._client = self._runner, self._client.within(deadline_ms=deadline_ms)
        return other

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def method(*args: Any, **kwargs: Any) -> Any:
            asked = found(*args, **kwargs)
            if inspect.isasyncgen(asked):
                return Driven(self._runner, asked)
            return self._runner.run(asked)

        return method


class Driven:
    """An asynchronous iterator, one step at a time."""

    def __init__(self, runner: asyncio.Runner, source: Any) -> None:
        self._runner = runner
        self._source = source

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        try:
            return self._runner.run(self._step())
        except StopAsyncIteration:
            raise StopIteration from None

    async def _step(self) -> Any:
        return await anext(self._source)

    def close(self) -> None:
        """Let go of it."""
        self._runner.run(self._leave())

    async def _leave(self) -> None:
        async with aclosing(self._source):
            pass


KINDS: dict[str, Any] = {"blocking": Client, "awaiting": Awaiting}
