"""What every test of the client may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faces.client.both import KINDS
from tests.faces.client.hubs import Hub, Wire, served, wire
from tests.faces.http.served import serve_pool


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A served pool with three accounts."""
    with served(serve_pool(tmp_path_factory.mktemp("hub") / "pool")) as found:
        yield found


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> Any:
    """Each of the two clients."""
    return KINDS[request.param]


@pytest.fixture
def client(hub: Hub, kind: Any) -> Iterator[Any]:
    """A client of the hub."""
    with kind(hub.url, hub.key) as found:
        yield found


@pytest.fixture
def line(hub: Hub) -> Iterator[Wire]:
    """A wire to the hub."""
    with wire(hub.url) as found:
        yield found
