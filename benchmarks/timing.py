"""Time whole commands: what a user waits for."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def time_command(command: list[str], *, runs: int, clear: Path | None = None) -> list[float]:
    """Run a command ``runs`` times after one warm-up; return the wall seconds of each.

    ``clear`` is a folder that is removed before each run, untimed.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for _ in range(runs + 1):
        if clear is not None:
            shutil.rmtree(clear, ignore_errors=True)
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def time_call(
    function: Callable[..., object],
    *arguments: object,
    runs: int = 7,
    clock: Callable[[], float] = time.perf_counter,
    **options: object,
) -> list[float]:
    """Call a function ``runs`` times after one warm-up; return the seconds of each.

    ``clock`` is ``time.process_time`` to count processor seconds instead of wall seconds.
    """
    seconds = []
    for _ in range(runs + 1):
        start = clock()
        function(*arguments, **options)
        seconds.append(clock() - start)
    return seconds[1:]


def describe_machine() -> str:
    """Name the machine: cores, processor, Python."""
    name = platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores, {name}, Python {platform.python_version()}"


def print_row(what: str, seconds: list[float], goal: float | None = None) -> None:
    """Print median and range beside the goal."""
    median = statistics.median(seconds)
    beside = "" if goal is None else f"   goal {goal:.2f}   {'met' if median < goal else 'NOT MET'}"
    print(f"{what:<44}{median:8.3f} s   ({min(seconds):.3f} to {max(seconds):.3f}){beside}")
