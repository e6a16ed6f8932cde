"""Routes that belong together, under one tag of the OpenAPI document.

They stay a list: Litestar cannot merge two routers that share a path, and `/accounts` is written by
one group and read by another.
"""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler


def group(tag: str, *routes: HTTPRouteHandler) -> Sequence[HTTPRouteHandler]:
    """The routes, each with the tag."""
    for route in routes:
        route.tags = [tag]
    return routes
