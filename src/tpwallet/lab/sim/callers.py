"""The pool's callers: they ask, repeat what was not answered, sometimes ask twice, and hold the
pool to what it told them.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tpwallet.kernel.command import Request
from tpwallet.kernel.decider import Answer
from tpwallet.lab.sim.author import Author, request_of
from tpwallet.lab.sim.failure import expect, require
from tpwallet.lab.sim.model.books import Books
from tpwallet.lab.sim.told import Booked, Fault, Refusal, Statuses, Told, codes_of, told_of

Key = tuple[str, str]  # actor, command id

# What a caller is told of whose command nothing was done, of which that is not known, whose request
# is to be made otherwise, and what nobody may ever be told.
NOT_DONE = {"journal_unavailable", "fenced", "halted"}
UNSURE = {"outcome_unknown"}
UNFIT = {"malformed_request", "forbidden"}
NEVER = {"internal_error", "invariant_broken", "journal_corrupt"}
_ABOUT_ANOTHER = {"idempotency_conflict", "idempotency_expired"}


@dataclass
class Asked:
    """One request on its way, and what it should be told if it comes through."""

    request: Request
    expected: Told | None = None  # once it was decided
    is_astray: bool = False  # at an owner that was overtaken: what that decides is not compared


def key_of(request: Request) -> Key:
    """Who asks, and under which id."""
    return request.actor.name, request.command_id


def is_outcome(told: Told) -> bool:
    """Whether this is what came of a command, for ever."""
    if isinstance(told, Refusal):
        return told.code not in _ABOUT_ANOTHER
    return not isinstance(told, Fault)


def last_position(told: Told) -> int:
    """The position that has to be durable before this is told; 0: none."""
    match told:
        case Booked(position) | Statuses(position):
            return position
        case Refusal(facts=facts):
            return int(dict(facts).get("position") or 0)
        case _:
            return 0


class Callers:
    """Everybody who asks the pool for something."""

    def __init__(self, rng: random.Random, author: Author) -> None:
        self._rng = rng
        self._author = author
        self.acknowledged: dict[Key, Told] = {}
        self.unanswered: dict[Key, Request] = {}  # to be asked again
        self.promised_position = 0  # the last that somebody was told is durable
        self.heard: Counter[str] = Counter()  # codes and statuses
        self._made: dict[Key, Request] = {}
        self._asked: Counter[Key] = Counter()
        self._denied: Counter[Key] = Counter()

    def ask(self, books: Books) -> Asked:
        """A request: a new one, or one that was made before."""
        roll = self._rng.random()
        if roll < 0.12 and self.unanswered:
            return Asked(self._rng.choice(list(self.unanswered.values())))
        if roll < 0.24 and self._made:
            return Asked(self._rng.choice(list(self._made.values())[-40:]))
        if roll < 0.28 and self._made:
            return Asked(self._reused(books))
        request = self._author.write(books)
        self._made[key_of(request)] = request
        self.unanswered[key_of(request)] = request
        return Asked(request)

    def trial(self, books: Books) -> Request:
        """A request that is only to be tried."""
        return self._author.write(books)

    def _reused(self, books: Books) -> Request:
        """Another request under an id that is taken."""
        taken = self._rng.choice(list(self._made.values())[-40:])
        other = self._author.write(books)
        return request_of(other.command, taken.actor, taken.command_id)

    def note_asked(self, request: Request) -> None:
        """A request was handed to an owner."""
        self._asked[key_of(request)] += 1

    def hear(self, asked: Asked, answer: Answer, *, durable_position: int) -> Told:
        """A caller is told something; it had better be so."""
        told, key = told_of(answer), key_of(asked.request)
        self.heard.update(codes_of(told))
        if isinstance(told, Fault):
            self._hear_fault(asked, told)
            return told
        if not asked.is_astray:
            expect(told, asked.expected, f"answer of {key}")
        require(last_position(told) <= durable_position, f"{key} was told too early: {told}")
        self.promised_position = max(self.promised_position, last_position(told))
        if is_outcome(told):
            expect(told, self.acknowledged.setdefault(key, told), f"second answer of {key}")
        self.unanswered.pop(key, None)
        return told

    def _hear_fault(self, asked: Asked, told: Fault) -> None:
        key = key_of(asked.request)
        require(told.code not in NEVER, f"{key} was told {told}")
        if told.code in NOT_DONE:
            self.deny(asked.request)
        elif told.code not in UNSURE and not asked.is_astray:
            expect(told, asked.expected, f"answer of {key}")
        if told.code in UNFIT:
            self.unanswered.pop(key, None)

    def deny(self, request: Request) -> None:
        """A caller was told that nothing of its command was done."""
        self._denied[key_of(request)] += 1

    def never_done(self) -> Iterator[Key]:
        """Commands of which nothing may be found: each time they were asked they were denied."""
        return (key for key, times in self._denied.items() if self._asked[key] == times)
