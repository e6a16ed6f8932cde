"""The feed: hands the plan's intents to the workers, each at its time.

The day is compressed: its 86,400 seconds pass in as many real seconds as the demo was given. What
comes after midnight is due at once, which is the rush hour. An intent whose forerunner has not been
answered yet waits for it; one whose forerunner was refused is moot and is dropped.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from enum import Enum

from tpwallet.lab.day.intents import Intent
from tpwallet.lab.day.limits import SECONDS_PER_DAY

_SLICE_SECONDS = 0.05  # how long anybody sleeps before looking whether the feed was stopped


class _Outcome(Enum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


class Feed:
    """A stream of intents, shared by the workers."""

    def __init__(self, intents: Iterator[Intent], *, day_seconds: float | None = None) -> None:
        """`day_seconds`: real seconds the day takes; None: everything is due at once."""
        self._intents = intents
        self._pace = None if day_seconds is None else day_seconds / SECONDS_PER_DAY
        self._began: float | None = None
        self._taking = threading.Lock()  # held by the worker that waits for the next intent
        self._changed = threading.Condition()
        self._returned: deque[Intent] = deque()
        self._outcomes: dict[str, _Outcome] = {}
        self._stopped = False
        self.second = 0

    def take(self) -> Intent | None:
        """The next intent, once it is due; None when the feed has ended or was stopped."""
        with self._taking:
            intent = self._next()
            if intent is None or not self._wait_until_due(intent):
                self._keep(intent)
                return None
            self.second = max(self.second, intent.due_second)
        if not self._wait_for_forerunner(intent):
            self._keep(intent)
            return None
        return intent

    def is_moot(self, intent: Intent) -> bool:
        """Whether the intent's forerunner was refused, or was moot itself."""
        after = intent.after
        return after is not None and self._outcomes.get(after) is _Outcome.REFUSED

    def acknowledged(self, intent: Intent) -> None:
        """The intent was carried out: what follows it may go."""
        self._tell(intent, _Outcome.ACKNOWLEDGED)

    def refused(self, intent: Intent) -> None:
        """The intent was refused or dropped: what follows it is moot."""
        self._tell(intent, _Outcome.REFUSED)

    def give_back(self, intent: Intent) -> None:
        """The intent got no answer: it is to be taken again, before all others."""
        self._keep(intent)

    @property
    def is_stopped(self) -> bool:
        """Whether it hands out nothing now."""
        return self._stopped

    def stop(self) -> None:
        """Hand out nothing more, and let those who have an intent give it back."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def finish(self) -> None:
        """Hand out nothing new; what was begun or given back is to be carried out."""
        self._intents = iter(())

    def resume(self) -> None:
        """Hand out again, what was given back first."""
        with self._changed:
            self._stopped = False

    def _next(self) -> Intent | None:
        with self._changed:
            if self._stopped:
                return None
            if self._returned:
                return self._returned.popleft()
        return next(self._intents, None)

    def _wait_until_due(self, intent: Intent) -> bool:
        if self._pace is None or intent.due_second >= SECONDS_PER_DAY:
            return not self._stopped
        now = time.monotonic()
        if self._began is None:
            self._began = now - intent.due_second * self._pace
        due = self._began + intent.due_second * self._pace
        while now < due and not self._stopped:
            time.sleep(min(due - now, _SLICE_SECONDS))
            now = time.monotonic()
        return not self._stopped

    def _wait_for_forerunner(self, intent: Intent) -> bool:
        if intent.after is None:
            return True
        with self._changed:
            while intent.after not in self._outcomes and not self._stopped:
                self._changed.wait(_SLICE_SECONDS)
            return intent.after in self._outcomes

    def _tell(self, intent: Intent, outcome: _Outcome) -> None:
        with self._changed:
            self._outcomes[intent.command_id] = outcome
            self._changed.notify_all()

    def _keep(self, intent: Intent | None) -> None:
        if intent is not None:
            with self._changed:
                self._returned.append(intent)
