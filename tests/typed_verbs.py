"""Verbs as a user types them: in this process, or in one of their own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from trialwright.cli import run_command_line

PROGRAM = Path(sys.executable).with_name("trialwright")


@dataclass(frozen=True, slots=True)
class Said:
    """What one verb said, and the code it ended with."""

    returncode: int
    stdout: str
    stderr: str


def type_verb(*words: str | Path, ok: bool = True) -> Said:
    """Type a verb in this process, as a start of Python costs a second; check how it ended."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        mock.patch.object(sys, "argv", ["trialwright", *map(str, words)]),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
    ):
        try:
            run_command_line()
        except SystemExit as ended:
            code = ended.code
    return _check(Said(int(code or 0), _written_to(out), _written_to(err)), ok=ok)


def start_program(*words: str | Path, ok: bool = True, **environment: str) -> Said:
    """Type a verb in a process of its own, where the process matters."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    return _check(Said(done.returncode, done.stdout, done.stderr), ok=ok)


def _check(said: Said, *, ok: bool) -> Said:
    assert (said.returncode == 0) is ok, said.stdout + said.stderr
    assert "Traceback" not in said.stderr
    return said


def _written_to(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
