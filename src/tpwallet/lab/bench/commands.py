"""`tpwallet bench commands`: friendly transfers through the shard, durable, with 1 and 256 in
flight.

With one in flight the caller's own thread decides and appends: the figure stands beside what the
disk alone does with an append and fdatasync of the same size, taken just before and just after
it.
"""

import os
import tempfile
import time
from pathlib import Path
from queue import SimpleQueue

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.flows.accounts import OpenAccount
from tpwallet.flows.receipts import Receipt
from tpwallet.flows.transfers import Post
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer
from tpwallet.kernel.decider import Answer
from tpwallet.lab.bench.measure import (
    Report,
    disk_rate,
    in_own_process,
    latencies,
    machine,
    settle_memory,
)

IN_FLIGHT = (1, 256)
_CUSTOMERS = 200
_EVENT_BYTES = 512  # about what one friendly transfer's commit writes


def run(*, commands: int = 20_000, folder: str | None = None) -> Report:
    """Each number in flight in a process and a pool of its own."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="tpwallet-bench-") as work:
        variants = []
        for in_flight in IN_FLIGHT:
            before = disk_rate(Path(work), size=_EVENT_BYTES)
            report = in_own_process(
                run_variant, in_flight=in_flight, commands=commands, folder=work
            )
            after = disk_rate(Path(work), size=_EVENT_BYTES)
            rate = (before["appends_per_second"] + after["appends_per_second"]) / 2
            report["disk_appends_per_second"] = round(rate)
            report["ratio_to_disk"] = round(report["commands_per_second"] / rate, 2)
            variants.append(report)
        return {
            "bench": "commands",
            "machine": machine(),
            "processes": ["one writer process: callers and shard; no follower"],
            "variants": variants,
        }


def _customer(number: int) -> str:
    return f"customer/{number % _CUSTOMERS}/available/EUR"


def _open_accounts(writer: Writer) -> None:
    writer.run(OpenAccount(address="bank/main/EUR", asset="EUR", kind=AccountKind.ASSET))
    for number in range(_CUSTOMERS):
        writer.run(OpenAccount(address=_customer(number), asset="EUR", kind=AccountKind.LIABILITY))


def _command(number: int) -> Post:
    leg = Leg(debit="bank/main/EUR", credit=_customer(number), amount="1.00", asset="EUR")
    return Post(legs=(leg,))


def run_variant(*, in_flight: int, commands: int, folder: str) -> Report:
    """One variant in this process."""
    path = Path(folder) / f"commands-{in_flight}-{os.getpid()}"
    create_pool(path, name="bench", base_asset="EUR")
    writer = Writer(PoolDirectory(path))
    try:
        _open_accounts(writer)
        for number in range(200):
            writer.run(_command(number))
        settle_memory()
        start = time.perf_counter()
        if in_flight == 1:
            seconds = _one_by_one(writer, commands)
        else:
            seconds = _many_at_once(writer, commands, in_flight)
        elapsed = time.perf_counter() - start
        return {
            "variant": f"in_flight_{in_flight}",
            "commands": commands,
            "durable": True,
            "commands_per_second": round(commands / elapsed),
            **latencies(seconds),
        }
    finally:
        writer.close()


def _one_by_one(writer: Writer, commands: int) -> list[float]:
    seconds = []
    for number in range(commands):
        start = time.perf_counter()
        writer.run(_command(number))
        seconds.append(time.perf_counter() - start)
    return seconds


def _many_at_once(writer: Writer, commands: int, in_flight: int) -> list[float]:
    room: SimpleQueue[None] = SimpleQueue()  # a place for each command that may be under way
    for _ in range(in_flight):
        room.put(None)
    seconds: list[float] = []
    wrong: list[Answer] = []

    for number in range(commands):
        room.get()
        start = time.perf_counter()

        def deliver(answer: Answer, start: float = start) -> None:
            seconds.append(time.perf_counter() - start)
            if not isinstance(answer, Receipt):
                wrong.append(answer)
            room.put(None)

        writer.submit(writer.request(_command(number)), deliver)
    for _ in range(in_flight):
        room.get()
    if wrong:
        raise RuntimeError(f"{len(wrong)} commands failed, the first: {wrong[0]}")
    return seconds
