"""tpwallet: a money hub. One place that keeps, moves and proves pooled money, in real time."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tpwallet.faces.client import AsyncClient, Client
    from tpwallet.faces.embedded import open_pool as open  # noqa: A004

__all__ = ["AsyncClient", "Client", "open"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load the library, or the client, on first use: importing a part of tpwallet stays cheap."""
    match name:
        case "open":
            from tpwallet.faces.embedded import open_pool  # noqa: PLC0415

            return open_pool
        case "Client" | "AsyncClient":
            from tpwallet.faces import client  # noqa: PLC0415

            return getattr(client, name)
        case _:
            raise AttributeError(name)
