"""The names of this API's own headers."""

DEADLINE = "Tpwallet-Deadline-Ms"
IDEMPOTENCY_KEY = "Idempotency-Key"
POSITION = "Tpwallet-Position"
LAST_EVENT_ID = "Last-Event-ID"

# Between the writer's process and the follower's.
RELAY_SECRET = "Tpwallet-Relay"  # noqa: S105 - its name
RELAYED_POOL = "Tpwallet-Pool"
