"""Deadlines and the pool's clock are held against time that goes on while a machine sleeps."""

import inspect
import time

import pytest

from tpwallet.hub import Writer
from tpwallet.hub.elapsed import clock_that_goes_on, elapsed_ns


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no such clock")
def test_linux_counts_the_time_it_slept() -> None:
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    read = elapsed_ns()
    assert before <= read <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def test_it_never_falls() -> None:
    readings = [elapsed_ns() for _ in range(1000)]
    assert readings == sorted(readings)


def test_a_system_without_the_clock_has_the_next_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    before = time.monotonic_ns()
    assert before <= clock_that_goes_on()() or not hasattr(time, "CLOCK_MONOTONIC")
    monkeypatch.delattr(time, "CLOCK_MONOTONIC", raising=False)
    assert clock_that_goes_on() is time.monotonic_ns


def test_a_clock_that_the_kernel_refuses_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_clock: int) -> int:
        raise OSError("invalid argument")

    monkeypatch.setattr(time, "clock_gettime_ns", refuse)
    assert clock_that_goes_on() is time.monotonic_ns


def test_a_writer_is_held_against_it_unless_told_otherwise() -> None:
    assert inspect.signature(Writer).parameters["monotonic"].default is elapsed_ns
