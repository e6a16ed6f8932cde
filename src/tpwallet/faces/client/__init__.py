"""The client of a hub, for Python: typed methods, the library's own shapes and errors.

`Client` gives answers, `AsyncClient` is awaited for them; both have the same methods. Nothing of
the machine is loaded: no compiled loops, no server.
"""

from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.batch_rows import BatchRows
from tpwallet.faces.bodies import Personal, RawAccount, RawTransfer
from tpwallet.faces.client.awaiting import AsyncClient
from tpwallet.faces.client.blocking import Client
from tpwallet.faces.client.errors import (
    ClientClosed,
    HubDeadlineExceeded,
    HubErasureUnfinished,
    HubError,
    HubExecutedBeforeErasure,
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

__all__ = [
    "AsyncClient",
    "BatchRows",
    "Client",
    "ClientClosed",
    "HubDeadlineExceeded",
    "HubErasureUnfinished",
    "HubError",
    "HubExecutedBeforeErasure",
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
