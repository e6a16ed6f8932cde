"""Reading: the query service that the library, HTTP and the command line share."""

from tpwallet.faces.reading.read_side import ReadSide
from tpwallet.faces.reading.reader import Reader

__all__ = ["ReadSide", "Reader"]
