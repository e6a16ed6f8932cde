"""What keeps a served pool running: deadlines, expiry of reservations, recovery of a halted shard,
and of a reading half that has failed.

A shard that does not know how an append ended stops rather than guess. It is rebuilt here from its
journal, again and again with growing pauses, until the storage answers; meanwhile commands are
told `halted` and the server is not ready. A pool that another server has taken is left alone: this
one must not write it again.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from tpwallet.faces.http import limits
from tpwallet.faces.http.logs import Log
from tpwallet.faces.http.pools import Pools, ServedPool
from tpwallet.flows.clock import Expire
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.access import CLOCK
from tpwallet.kernel.errors import ClockRefused, Fenced, JournalUnavailable, TpwalletError

_TICK = limits.SWEEP_MS / 1000


@asynccontextmanager
async def running(pools: Pools, log: Log) -> AsyncIterator[None]:
    """Keep pools running; at the end finish what is under way and close them."""
    tasks = [asyncio.create_task(watch) for pool in pools for watch in _watches(pool, log)]
    log.info("pools_running", pools=[pool.name for pool in pools])
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pool in pools:
            await _close(pool, log)


async def _close(pool: ServedPool, log: Log) -> None:
    try:
        await asyncio.to_thread(pool.close)
    except (TpwalletError, OSError) as error:
        log.warning("closing_failed", pool=pool.name, exc_info=error)
    else:
        log.info("pool_closed", pool=pool.name)


def _watches(pool: ServedPool, log: Log) -> list[Coroutine[Any, Any, None]]:
    found = []
    if pool.is_written:
        found += [_watch_deadlines(pool), _watch_expiry(pool, log), _watch_halts(pool, log)]
    if pool.is_read:
        found.append(_watch_reads(pool, log))
    if pool.relay is not None:
        found.append(pool.relay.begin(pool.writer.position))
    return found


async def _watch_deadlines(pool: ServedPool) -> None:
    """Look many times a second at whose time has run out. Nothing else is awaited here: a storage
    that hangs is what deadlines are for.
    """
    while True:
        await asyncio.sleep(_TICK)
        pool.desk.sweep()


async def _watch_expiry(pool: ServedPool, log: Log) -> None:
    """Have reservations released that have run out. It waits for that as any caller does, and holds
    no thread.
    """
    last = ""
    while True:
        await asyncio.sleep(_TICK)
        if pool.writer.halted is not None or not pool.writer.is_expiry_due:
            continue
        code = ""
        deadline = elapsed_ns() + limits.DEADLINE_MS_DEFAULT * 1_000_000
        try:
            expire = pool.writer.request(Expire(), actor=CLOCK, deadline=deadline)
            await pool.desk.ask(expire, deadline)
        except ClockRefused:
            pass  # commands are told; reads go on
        except TpwalletError as error:
            code = error.code
        if code and code != last:
            log.warning("expiry_refused", pool=pool.name, code=code)
        last = code


async def _watch_halts(pool: ServedPool, log: Log) -> None:
    """Rebuild the pool whenever it has halted."""
    delay_ms = limits.RECOVERY_DELAY_MS_MIN
    while True:
        await asyncio.sleep(delay_ms / 1000)
        reason = pool.writer.halted
        if reason is None:
            delay_ms = limits.RECOVERY_DELAY_MS_MIN
            continue
        log.error("pool_halted", pool=pool.name, code=reason.code, reason=str(reason))
        try:
            await asyncio.to_thread(pool.writer.recover)
        except Fenced as error:
            log.warning("pool_lost", pool=pool.name, code=error.code, reason=str(error))
            return
        except TpwalletError as error:
            log.warning("recovery_failed", pool=pool.name, code=error.code, reason=str(error))
            pool.desk.unwritable = error if isinstance(error, JournalUnavailable) else None
            delay_ms = min(2 * delay_ms, limits.RECOVERY_DELAY_MS_MAX)
        else:
            pool.desk.unwritable = None
            log.info("pool_recovered", pool=pool.name, position=pool.writer.position)


async def _watch_reads(pool: ServedPool, log: Log) -> None:
    """Open the reading half, and again whenever it has failed."""
    delay_ms = limits.RECOVERY_DELAY_MS_MIN
    questions = pool.questions
    while True:
        if not questions.is_answering:
            if questions.failure is not None:
                log.error("reading_stopped", pool=pool.name, reason=str(questions.failure))
            try:
                await asyncio.to_thread(questions.open)
            except (TpwalletError, OSError) as error:
                log.warning("reading_failed", pool=pool.name, reason=str(error))
                delay_ms = min(2 * delay_ms, limits.RECOVERY_DELAY_MS_MAX)
            else:
                log.info("reading", pool=pool.name, position=questions.position)
        elif delay_ms > limits.RECOVERY_DELAY_MS_MIN:
            delay_ms = limits.RECOVERY_DELAY_MS_MIN
        await asyncio.sleep(delay_ms / 1000)
