"""The answer to a raw batch in bytes: 16 for each request, in the order of the requests.

A row is the timestamp (u64), the status (u32) and zero (u32), little-endian. The server writes
them, its client reads them; numpy is loaded only by who looks at them as an array.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np

ROW_BYTES: Final = 16
ROW_FIELDS: Final = [("timestamp", "<u8"), ("status", "<u4"), ("reserved", "<u4")]


class BatchRows(NamedTuple):
    """One row for each request of a batch, and the position that reflects them."""

    position: int
    rows: bytes

    def array(self) -> "np.ndarray":
        """The rows as a numpy array with the fields `timestamp` (nanoseconds), `status` (0:
        created) and `reserved`.

        >>> BatchRows(7, bytes(32)).array()["status"].tolist()
        [0, 0]
        """
        import numpy as np  # noqa: PLC0415 - most callers never look

        return np.frombuffer(self.rows, np.dtype(ROW_FIELDS))
