"""How a simulation says that the pool did what it must not."""


class SimulationFailed(BaseException):
    """What was seen and what should have been, raised at the first such step.

    It is no `Exception`, because it is raised from inside the pool, whose handlers must not take it
    for a fault they can answer.
    """


def expect(seen: object, expected: object, what: str) -> None:
    """Go on when both are equal.

    >>> expect(2, 2, "balance")
    >>> expect(2, 3, "balance")
    Traceback (most recent call last):
    tpwallet.lab.sim.failure.SimulationFailed: balance: seen 2, expected 3
    """
    if seen != expected:
        raise SimulationFailed(f"{what}: seen {seen}, expected {expected}")


def require(claim: bool, what: str) -> None:
    """Go on when a claim holds."""
    if not claim:
        raise SimulationFailed(what)
