"""Times as people and programs write them: RFC 3339, to the nanosecond.

JSON numbers do not hold nanoseconds since 1970 (they pass 2^53), so no time of this API is a
number.
"""

import re
from datetime import UTC, datetime, timedelta

from tpwallet.domains.ledger.limits import TIMESTAMP_MAX
from tpwallet.kernel.errors import Malformed

TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,9})?(Z|[+\-][0-9]{2}:[0-9]{2})$"
)
_FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000


def parse_time(text: str, *, parameter: str) -> int:
    """Nanoseconds since 1970 of an RFC 3339 time.

    **Rejects** with `Malformed` any other text, and a time before 1970 or past 2262.

    >>> parse_time("1970-01-01T01:00:00.5+01:00", parameter="at")
    500000000
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise Malformed("a time is RFC 3339: 2026-01-31T12:00:00Z", parameter=parameter)
    try:
        whole = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    except ValueError:
        raise Malformed("there is no such time", parameter=parameter) from None
    fraction = int((found[2] or "").ljust(9, "0"))
    nanoseconds = (whole - _EPOCH) // timedelta(seconds=1) * _SECOND + fraction
    if not 0 <= nanoseconds <= TIMESTAMP_MAX:
        raise Malformed("a time is from 1970 to 2262", parameter=parameter)
    return nanoseconds
