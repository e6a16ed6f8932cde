"""The opened reading half of a pool, and the means to ask it."""

from collections.abc import Callable

from tpwallet.faces.reading import limits
from tpwallet.faces.reading.finding import Finding
from tpwallet.faces.reading.proving import Proving
from tpwallet.faces.reading.records import Records
from tpwallet.faces.reading.standing import Footing
from tpwallet.faces.reading.statements import Statements
from tpwallet.hub.reading import ReadSide


class Half:
    """What every kind of reading asks."""

    def __init__(
        self,
        side: ReadSide,
        *,
        at_least: Callable[[], int] | None = None,
        wait_ns_max: int = limits.WAIT_NS_MAX,
    ) -> None:
        """`at_least` says which position every answer reflects, None: whichever was reached;
        `wait_ns_max` is how long a question waits for it.
        """
        self.side = side
        self.footing = Footing(side, at_least=at_least, wait_ns_max=wait_ns_max)
        self.records = Records(side.journal)
        self.finding = Finding(side, self.records)
        self.statements = Statements(side, self.records, self.finding)
        self.proving = Proving(side, self.records)
