"""The forms in which this API is asked and answers, shared by the server and its client."""

JSON = "application/json"
PROBLEM = "application/problem+json"  # RFC 9457
EVENTS = "text/event-stream"  # WHATWG HTML, "Server-sent events"
BINARY = "application/octet-stream"  # records of 128 bytes, rows of 16
ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"  # RFC 4180
NDJSON = "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
