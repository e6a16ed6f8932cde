"""Verifying a journal from nothing, one commit at a time.

What is fed is trusted in nothing: each commit must follow the one before it, each body must be the
one its header promises, each record must keep the rules of double entry before the ledger is
given it, each signed checkpoint must state the root these events lead to, and in the end the
ledger's balances must be those of books that were kept by other code.

It ends at the first commit that cannot be trusted; nothing after it means anything. A checkpoint
that does not hold is noted, and the reading goes on. It opens no file: who has commits and notes
feeds them, in order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.commit import Commit, Entry, check_link
from tpwallet.kernel.errors import Fact, JournalCorrupt, TpwalletError
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import leaves_of
from tpwallet.kernel.replica import Replica
from tpwallet.keys.signing import verify
from tpwallet.processes.verification.kept_state import KeptState, Reached
from tpwallet.processes.verification.second_books import BooksBroken, SecondBooks, Totals
from tpwallet.processes.verification.verdict import (
    FINDINGS_MAX,
    Check,
    Finding,
    Ledger,
    Outcome,
    Result,
    Verdict,
)
from tpwallet.proofs.checkpoint import Checkpoint, unverified_checkpoint, verified_checkpoint
from tpwallet.proofs.frontier import Frontier, grow
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey

# What applying a forged or damaged event may come to: an event is only ever data.
_NOT_APPLICABLE = (TpwalletError, ArithmeticError, LookupError, TypeError, ValueError, MemoryError)


class Verification:
    """One journal under verification."""

    def __init__(
        self,
        replica: Replica,
        *,
        blinding_key: bytes | None,
        trusted: Collection[Vkey],
        follows_keys: bool = False,
        kept: Iterable[KeptState] = (),
        reached: Reached | None = None,
    ) -> None:
        """`replica` is an empty one of the pool. Without its 32-byte `blinding_key` the log cannot
        be checked. `trusted` are the keys that may have signed, and, where it `follows_keys`, those
        the journal itself has added by then. `kept` is what was kept of past states, and `reached`
        how far the journal is known to have reached.
        """
        self._replica = replica
        self._books = SecondBooks()
        self._blinding_key = blinding_key
        self._trusted = trusted
        self._follows_keys = follows_keys
        self._kept = list(kept)
        self._reached = reached
        self._frontier = Frontier()
        self._findings: list[Finding] = []
        self._doubtful_from: int | None = None
        self._counts = dict.fromkeys(Check, 0)
        self._failed: set[Check] = set()
        self._agreed = 0  # the last position whose checkpoint holds
        self._commits = 0
        self._over = False
        self._torn = False  # a commit was entered in part: state and books are of no position

    @property
    def position(self) -> int:
        """The last position that was verified."""
        return self._replica.head.position

    @property
    def is_over(self) -> bool:
        """Whether something was found after which no commit means anything."""
        return self._over

    def commit(self, commit: Commit) -> bool:
        """Verify the next commit; False when it cannot be trusted, and nothing after it."""
        before = self._replica.head
        try:
            check_link(
                commit,
                pool_id=self._replica.pool_id,
                previous=before.hash,
                after=before.position,
                epoch=before.epoch,
            )
        except JournalCorrupt as damage:
            self.damaged(damage)
            return False
        try:
            entries = commit.entries()
        except JournalCorrupt as damage:
            self._end(Check.EVENTS, damage.position, str(damage))
            return False
        if not all(self._enter(entry) for entry in entries):
            self._torn = True
            return False
        self._settle(commit, entries)
        return True

    def _enter(self, entry: Entry) -> bool:
        """Book an entry's events twice, the ledger second."""
        replica = self._replica
        envelope = entry.envelope
        key = replica.idempotency.key_of(envelope.actor, envelope.command_id)
        replica.idempotency.remember(key, entry.first_position)
        for position, event in enumerate(entry.events, start=entry.first_position):
            try:
                self._books.enter(event, position)
                replica.state.replay(event, position)
            except BooksBroken as broken:
                self._end(Check.DOUBLE_ENTRY, position, str(broken), broken.facts)
                return False
            except _NOT_APPLICABLE as error:
                self._end(Check.EVENTS, position, f"{event.wire_name}: {error}")
                return False
        self._compare_kept(entry.last_position)
        return True

    def _settle(self, commit: Commit, entries: list[Entry]) -> None:
        self._replica.state.settle()
        if self._blinding_key is not None:
            leaves = leaves_of(entries, self._blinding_key)
            self._frontier = grow(self._frontier, leaves).frontier
        header = commit.header
        self._replica.head = Head(header.last_position, commit.hash, header.epoch, header.time)
        self._commits += 1

    def _compare_kept(self, position: int) -> None:
        """Compare what was kept of the state at a position with the state replay has led to."""
        for kept in [one for one in self._kept if one.position == position]:
            self._kept.remove(kept)
            self._counts[Check.REPLAY] += 1
            if facts := kept.differences(self._replica):
                message = f"the state {kept.what} kept here is not the one replay leads to"
                self._note(Check.REPLAY, position, message, facts)

    def note(self, text: str) -> None:
        """Check a checkpoint that ends on the commit just verified."""
        self._counts[Check.LOG] += 1
        self._counts[Check.SIGNATURES] += 1
        doubtful_from = self._agreed + 1
        try:
            agrees = self._compare(unverified_checkpoint(text))
            verified_checkpoint(text, self._trusted_now(), verify)
            self._agreed = self.position if agrees else self._agreed
        except ProofRejected as refused:
            self._note(Check.SIGNATURES, doubtful_from, f"checkpoint: {refused}")

    def _trusted_now(self) -> list[Vkey]:
        if not self._follows_keys:
            return list(self._trusted)
        added = self._replica.state.part(KernelState).vkeys
        return [*self._trusted, *(parse_vkey(text) for text in added)]

    def _compare(self, stated: Checkpoint) -> bool:
        head = self._replica.head
        found: dict[str, tuple[Fact, Fact]] = {
            "position": (stated.position, head.position),
            "commit": (stated.commit.hex(), head.hash.hex()),
            "time_ns": (stated.time_ns, head.time),
        }
        if self._blinding_key is not None:
            found["root"] = (stated.root.hex(), self._frontier.root().hex())
        wrong = [name for name, (said, computed) in found.items() if said != computed]
        if not wrong:
            return True
        facts: dict[str, Fact] = {"position": stated.position}
        for name in wrong:
            facts[f"{name}_signed"], facts[f"{name}_found"] = found[name]
        message = f"the checkpoint at {stated.position} signs another {' and '.join(wrong)}"
        self._note(Check.LOG, self._agreed + 1, message, facts)
        return False

    def compare_root(self, root: bytes) -> None:
        """Compare the root stated at the end of a file with the one computed."""
        if self._blinding_key is None:
            return
        self._counts[Check.LOG] += 1
        found = self._frontier.root()
        if root != found:
            facts: dict[str, Fact] = {"root_stated": root.hex(), "root_found": found.hex()}
            self._note(Check.LOG, self._agreed + 1, "the file states another root", facts)

    def misplaced(self, position: int) -> None:
        """Tell of a checkpoint at a position where no commit ends, or where there is none."""
        self._counts[Check.LOG] += 1
        if position > self.position:
            self._note_cut_off(Check.LOG, Reached("a checkpoint was signed at", position))
            return
        message = f"a checkpoint was signed at {position}, where no commit ends"
        self._note(Check.LOG, min(self._agreed, self.position) + 1, message)

    def cut_off(self) -> None:
        """Tell of a journal that ends before what was made of it: it was cut off since."""
        beyond = max((one.position for one in self._kept), default=0)
        if beyond > self.position:
            self._note_cut_off(Check.REPLAY, Reached("a state was kept at", beyond))
        if self._reached is not None and self._reached.position > self.position:
            self._note_cut_off(Check.CHAIN, self._reached)

    def _note_cut_off(self, check: Check, reached: Reached) -> None:
        """What was lost begins after the last commit there is; what comes before is as it was."""
        message = (
            f"the journal ends at {self.position}, but {reached.what} {reached.position}: "
            "it was cut off"
        )
        self._note(check, self.position + 1, message)

    def damaged(self, damage: JournalCorrupt) -> None:
        """Tell of a journal that cannot be read on."""
        facts = {name: fact for name, fact in damage.facts.items() if name != "position"}
        self._end(Check.CHAIN, damage.position, str(damage), facts)

    def conclude(self) -> Verdict:
        """What all of it comes to."""
        self._counts[Check.CHAIN] = self._commits
        self._counts[Check.EVENTS] = self.position
        self._counts[Check.DOUBLE_ENTRY] = self._books.transfers
        ledgers = self._close_books()
        doubtful = self._doubtful_from
        return Verdict(
            ok=not self._failed,
            pool_id=self._replica.pool_id.hex(),
            position=self.position,
            trusted_through=self.position if doubtful is None else doubtful - 1,
            first_bad_position=doubtful,
            commits=self._commits,
            events=self.position,
            accounts=self._books.accounts,
            transfers=self._books.transfers,
            checkpoints=self._counts[Check.SIGNATURES],
            signed_through=self._agreed,
            commit_hash=self._replica.head.hash.hex(),
            root=None if self._blinding_key is None else self._frontier.root().hex(),
            state_hash=None if self._torn else self._replica.state.state_hash().hex(),
            ledgers=ledgers,
            results=[self._result(check) for check in Check],
            findings=self._findings[:FINDINGS_MAX],
            findings_left_out=max(len(self._findings) - FINDINGS_MAX, 0),
        )

    def _close_books(self) -> list[Ledger]:
        if self._torn:
            return []
        totals = self._books.trial_balance()
        for total in totals:
            if not total.balances:
                self._note(Check.DOUBLE_ENTRY, 1, f"ledger {total.ledger} does not balance")
        if not self._over:
            self._counts[Check.REPLAY] += 1
            if not self._books.agrees_with(self._replica.state.part(LedgerState)):
                self._note(Check.REPLAY, 1, "the ledger's balances are not those booked anew")
        return [_ledger(total) for total in totals]

    def _result(self, check: Check) -> Result:
        if check in self._failed:
            return Result(check=check, outcome=Outcome.FAILED, count=self._counts[check])
        reason = self._reason_to_skip(check)
        outcome = Outcome.SKIPPED if reason else Outcome.OK
        return Result(check=check, outcome=outcome, count=self._counts[check], reason=reason)

    def _reason_to_skip(self, check: Check) -> str:
        if check is Check.LOG and self._blinding_key is None:
            return "the blinding key is not here"
        if check in (Check.LOG, Check.SIGNATURES) and not self._counts[check]:
            return "no checkpoint was signed yet"
        if check is Check.REPLAY and self._over:
            return "the journal cannot be read to its end"
        return ""

    def _end(
        self, check: Check, position: int, message: str, facts: Mapping[str, Fact] | None = None
    ) -> None:
        self._over = True
        self._note(check, position, message, facts)

    def _note(
        self, check: Check, position: int, message: str, facts: Mapping[str, Fact] | None = None
    ) -> None:
        self._failed.add(check)
        self._doubtful_from = min(position, self._doubtful_from or position)
        self._findings.append(
            Finding(check=check, position=position, message=message, facts=facts or {})
        )


def _ledger(total: Totals) -> Ledger:
    return Ledger(
        ledger=total.ledger,
        accounts=total.accounts,
        debits_posted=str(total.debits_posted),
        credits_posted=str(total.credits_posted),
        debits_pending=str(total.debits_pending),
        credits_pending=str(total.credits_pending),
    )


def verify_commits(
    verification: Verification,
    commits: Iterable[Commit],
    notes: Mapping[int, Collection[str]],
) -> Iterator[int]:
    """Feed a journal and its checkpoints, by position, to a verification; yields the positions
    reached, so that a caller can show progress, and ends early at damage.
    """
    left = dict(notes)
    try:
        for commit in commits:
            if not verification.commit(commit):
                return
            for text in left.pop(verification.position, ()):
                verification.note(text)
            yield verification.position
    except JournalCorrupt as damage:
        verification.damaged(damage)
        return
    for position in sorted(left):
        verification.misplaced(position)
    verification.cut_off()
