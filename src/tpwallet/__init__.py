"""tpwallet: a money hub. One place that keeps, moves and proves pooled money, in real time."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tpwallet.domains.ledger.leg import Leg
    from tpwallet.faces.bodies import Personal
    from tpwallet.faces.client import AsyncClient, Client
    from tpwallet.faces.embedded import open_pool as open  # noqa: A004
    from tpwallet.faces.embedded import read_pool as read

__all__ = ["AsyncClient", "Client", "Leg", "Personal", "open", "read"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load the library, or the client, on first use: importing a part of tpwallet stays cheap."""
    match name:
        case "open" | "read":
            from tpwallet.faces import embedded  # noqa: PLC0415

            return getattr(embedded, f"{name}_pool")
        case "Client" | "AsyncClient" | "Leg" | "Personal":
            from tpwallet.faces import client  # noqa: PLC0415

            return getattr(client, name)
        case _:
            raise AttributeError(name)
