"""The client of a hub, for Python: typed methods, the library's own shapes and errors.

`Client` gives answers, `AsyncClient` is awaited for them; both have the same methods. Nothing of
the machine is loaded: no compiled loops, no server.
"""

from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.batch_rows import BatchRows
from tpwallet.faces.client.awaiting import AsyncClient
from tpwallet.faces.client.blocking import Client
from tpwallet.faces.client.errors import (
    HubDeadlineExceeded,
    HubError,
    HubFault,
    HubForbidden,
    HubMalformed,
    HubOutcomeUnknown,
    HubOverloaded,
    HubRejected,
    HubUnauthorized,
    HubUnavailable,
    HubUnreachable,
    UnexpectedAnswer,
)
from tpwallet.faces.http.bodies import Personal, RawAccount, RawTransfer

__all__ = [
    "AsyncClient",
    "BatchRows",
    "Client",
    "HubDeadlineExceeded",
    "HubError",
    "HubFault",
    "HubForbidden",
    "HubMalformed",
    "HubOutcomeUnknown",
    "HubOverloaded",
    "HubRejected",
    "HubUnauthorized",
    "HubUnavailable",
    "HubUnreachable",
    "Leg",
    "Personal",
    "RawAccount",
    "RawTransfer",
    "UnexpectedAnswer",
]
