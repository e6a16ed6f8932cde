"""The names of the headers of this API, its own and those it takes from HTTP."""

AUTHORIZATION = "Authorization"
CONTENT_TYPE = "Content-Type"
DEADLINE = "Tpwallet-Deadline-Ms"
IDEMPOTENCY_KEY = "Idempotency-Key"
POSITION = "Tpwallet-Position"
LAST_EVENT_ID = "Last-Event-ID"

# Between the writer's process and the follower's.
RELAY_SECRET = "Tpwallet-Relay"  # noqa: S105 - its name
RELAYED_POOL = "Tpwallet-Pool"
