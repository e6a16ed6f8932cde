"""One finding of an examination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from tpwallet.kernel.errors import Fact


class State(StrEnum):
    """How something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


_BADNESS = {State.SKIPPED: 0, State.OK: 0, State.WARN: 1, State.FAIL: 2}


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A diagnosis as it is written for programs."""

    name: str
    state: State
    message: str
    advice: str = ""
    facts: Mapping[str, Fact] = {}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An examination as it is written for programs; `state` is the worst of it."""

    pool: str
    state: State
    diagnoses: list[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was looked at, how it is, and what to do about it.

    `message` and `advice` name facts in braces, so that they can be told in any language.

    >>> Diagnosis(name="disk", state=State.WARN, message="{free} left", facts={"free": 2}).told()
    Told(name='disk', state=<State.WARN: 'warn'>, message='2 left', advice='', facts={'free': 2})
    """

    name: str
    state: State
    message: str
    advice: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def told(self) -> Told:
        """The same with the facts filled in."""
        return Told(
            name=self.name,
            state=self.state,
            message=self.message.format(**self.facts),
            advice=self.advice.format(**self.facts),
            facts=self.facts,
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found."""

    pool: str
    diagnoses: Sequence[Diagnosis]

    @property
    def state(self) -> State:
        """The worst of it; what was skipped is not bad."""
        worst = max((one.state for one in self.diagnoses), key=_BADNESS.__getitem__)
        return State.OK if worst is State.SKIPPED else worst

    def told(self) -> Report:
        """The same for programs."""
        return Report(
            pool=self.pool, state=self.state, diagnoses=[one.told() for one in self.diagnoses]
        )
