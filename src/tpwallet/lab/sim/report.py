"""What came of one seed."""

import msgspec


class SimReport(msgspec.Struct, frozen=True, kw_only=True):
    """A seed that was played, and what was seen; `failure` is empty when all was as it must be."""

    seed: int
    storage: str
    steps: int
    commands: int  # decided
    positions: int  # events in the journal at the end
    owners: int  # that took the pool
    happenings: dict[str, int]  # how often each
    outcomes: dict[str, int]  # what callers were told, how often
    failure: str = ""
    trace: tuple[str, ...] = ()  # the last steps before a failure

    @property
    def command(self) -> str:
        """The command that plays this seed again."""
        return f"tpwallet sim --seed {self.seed} --steps {self.steps} --storage {self.storage}"

    def __str__(self) -> str:
        if not self.failure:
            played = f"{self.commands} commands, {self.owners} owners"
            return f"seed {self.seed} on {self.storage}: {played}, all well"
        said = f"seed {self.seed} on {self.storage} failed: {self.failure}"
        lines = [said, f"again: {self.command}", *self.trace]
        return "\n  ".join(lines)
