"""The crew: many workers at once, carrying out the feed.

A worker writes down every answer before it goes on. What a hub turned away unharmed, or what it
left unanswered, is put again with the same command id, which can do it only once. When the feed is
stopped meanwhile, because the hub was killed, the worker gives the command back: a command whose
outcome is not known is then *in doubt*, and the next crew asks for it again.
"""

import threading
import time

from tpwallet.faces.client import HubUnavailable
from tpwallet.faces.shapes import Receipt
from tpwallet.kernel.errors import DeadlineExceeded, OutcomeUnknown, Overloaded, Rejected
from tpwallet.lab.day.intents import Intent
from tpwallet.lab.demo.acknowledgements import AcknowledgementLedger, of_receipt, of_refusal
from tpwallet.lab.demo.caller import Caller
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.feed import Feed
from tpwallet.lab.demo.limits import ATTEMPT_PAUSE_SECONDS, ATTEMPTS_MAX, WORKERS
from tpwallet.lab.demo.tally import Tally

_NOT_DONE = (DeadlineExceeded, HubUnavailable, Overloaded)


class Crew:
    """Workers on one feed. `in_doubt` holds what may have been done or not, by command id."""

    def __init__(
        self,
        caller: Caller,
        feed: Feed,
        tally: Tally,
        ledger: AcknowledgementLedger,
        *,
        workers: int = WORKERS,
        in_doubt: dict[str, Intent] | None = None,
    ) -> None:
        """`in_doubt`: what an earlier crew was left in doubt about, to be resolved by this one."""
        self._caller = caller
        self._feed = feed
        self._tally = tally
        self._ledger = ledger
        self.in_doubt = {} if in_doubt is None else in_doubt
        self._counting = threading.Lock()
        self._under_way = 0
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._work, name=f"demo-{number}", daemon=True)
            for number in range(workers)
        ]

    def start(self) -> None:
        """Set everybody to work."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until everybody has stopped. Raises what a worker failed of, if one did."""
        for thread in self._threads:
            thread.join()
        self.check()

    def check(self) -> None:
        """Raise what a worker failed of, if one did."""
        if self._failures:
            raise self._failures[0]

    @property
    def under_way(self) -> int:
        """How many calls have been made and not been answered yet."""
        return self._under_way

    def _work(self) -> None:
        try:
            while (intent := self._feed.take()) is not None:
                self._carry_out(intent)
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the crew
            self._failures.append(error)
            self._feed.stop()

    def _carry_out(self, intent: Intent) -> None:
        if self._feed.is_moot(intent):
            self._feed.refused(intent)
            return
        started = time.perf_counter()
        try:
            receipt = self._answer(intent)
        except Rejected as refusal:
            acknowledgement = of_refusal(intent.command_id, refusal)
            if acknowledgement is not None:
                self._ledger.write(acknowledgement)
            self._tally.refuse(refusal.code, time.perf_counter() - started)
            self._resolve(intent)
            self._feed.refused(intent)
            return
        if receipt is None:
            self._feed.give_back(intent)
            return
        self._ledger.write(of_receipt(receipt))
        self._tally.acknowledge(intent, receipt, time.perf_counter() - started)
        self._resolve(intent)
        self._feed.acknowledged(intent)

    def _answer(self, intent: Intent) -> Receipt | None:
        """What the hub answers; None when the feed was stopped before it did."""
        for _ in range(ATTEMPTS_MAX):
            try:
                return self._call(intent)
            except OutcomeUnknown:
                self._doubt(intent)
            except _NOT_DONE:
                pass  # it is put again
            if self._feed.is_stopped:
                return None
            time.sleep(ATTEMPT_PAUSE_SECONDS)
        raise DemoFailed(f"the hub did not answer, asked {ATTEMPTS_MAX} times")

    def _call(self, intent: Intent) -> Receipt:
        self._count(1)
        try:
            return self._caller.run(intent.command_id, intent.command)
        finally:
            self._count(-1)

    def _count(self, by: int) -> None:
        with self._counting:
            self._under_way += by

    def _doubt(self, intent: Intent) -> None:
        if intent.command_id not in self.in_doubt:
            self.in_doubt[intent.command_id] = intent
            self._tally.doubt()

    def _resolve(self, intent: Intent) -> None:
        if self.in_doubt.pop(intent.command_id, None) is not None:
            self._tally.resolve()
