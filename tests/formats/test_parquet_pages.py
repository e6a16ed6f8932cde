"""What a page's header announces is what the reader after us allocates, and holds the page to."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tpwallet.formats.parquet_pages import pages_in

_FIRST_PAGE = 4  # after the magic
_SIZE = b"\x15"  # a field whose number is one more than the last one's, and whose value is an i32


def _signed(number: int) -> bytes:
    """A number as Thrift's compact protocol has it: zigzag, seven bits a byte."""
    left, written = number << 1, bytearray()
    while left >= 0x80:
        written.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*written, left])


@pytest.mark.parametrize("codec", ["snappy", "gzip", "lz4", "brotli", "zstd"])
@pytest.mark.parametrize("lie", [-5, -1, 1, 5, 500_000])
def test_a_page_that_unpacks_to_another_length_than_it_says_is_refused(
    codec: str, lie: int
) -> None:
    buffer = io.BytesIO()
    texts = [f"customer/{number:06}" for number in range(5_000)]
    pq.write_table(pa.table({"debit": texts}), buffer, compression=codec, use_dictionary=False)
    content = buffer.getvalue()
    told = next(pages_in(content)).unpacked
    at = content.index(_SIZE + _signed(told), _FIRST_PAGE) + len(_SIZE)
    lied = content[:at] + _signed(told + lie) + content[at + len(_signed(told)) :]
    assert pq.read_table(pa.BufferReader(content)).num_rows == len(texts)
    with pytest.raises((OSError, pa.ArrowException)):
        pq.read_table(pa.BufferReader(lied))
