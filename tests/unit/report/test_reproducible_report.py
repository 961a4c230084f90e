"""The same input gives the same bytes, in every format, whoever runs it and wherever."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trialwright.report import FORMATS

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests"
WRITE = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from hostile_trials import report_of
from trialwright.report import write_built
from pathlib import Path
write_built(report_of("all ongoing", "zh"), Path(sys.argv[1]))
"""
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Anchorage", "LANG": "C", "LC_ALL": "C"},
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Write the report in two processes at the same time, each in a place of its own."""
    base = tmp_path_factory.mktemp("reports")
    names = [base / "here" / "report", base / "there at another depth" / "of folders" / "report"]
    running = []
    for name, place in zip(names, PLACES, strict=True):
        name.parent.mkdir(parents=True)
        running.append(
            subprocess.Popen(
                [sys.executable, "-W", "error", "-c", WRITE, str(name)],
                env={**os.environ, **place},
                cwd=name.parent,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    for process in running:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    return names


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_processes_write_the_same_bytes(folders):
    here, there = (digests(folder) for folder in folders)
    assert list(here) == list(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_every_format_was_written(folders):
    endings = {path.suffix.removeprefix(".") for path in folders[0].rglob("*") if path.is_file()}
    assert {*FORMATS, "svg", "png", "csv"} <= endings
    assert (folders[0] / "safety_board.pdf").stat().st_size > 0
    assert (folders[0] / "registry_results.json").stat().st_size > 0


def test_no_file_holds_the_folder_it_was_written_in(folders):
    for path in folders[1].rglob("*"):
        if path.is_file():
            assert b"of folders" not in path.read_bytes(), path.name
