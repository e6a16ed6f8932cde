"""tpwallet: a money hub. One place that keeps, moves and proves pooled money, in real time."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tpwallet.faces.embedded import open_pool as open  # noqa: A004

__all__ = ["open"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load the library on first use, so that importing a part of tpwallet stays cheap."""
    if name == "open":
        from tpwallet.faces.embedded import open_pool  # noqa: PLC0415

        return open_pool
    raise AttributeError(name)
