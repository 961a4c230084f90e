"""Run every R script of the oracles again and compare what it makes with the committed tables.

    python tests/oracle/rerun.py [part of a script's name ...]

A script is any ``tests/oracle/ROOM/NAME.R``; it takes one argument, the folder it writes its CSV
files to, and each of them is compared with the file of that name in ``tests/fixtures/ROOM``:
numbers to 1e-12 relative, everything else letter by letter. A script is skipped, and says why,
where Rscript or a package it loads is missing; point ``R_LIBS`` at a library of your own.
Leaves with 1 if a script failed or a table differs. No test calls this: ``make oracle`` does.
"""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import zip_longest
from pathlib import Path
from typing import Literal

ORACLES = Path(__file__).resolve().parent
FIXTURES = ORACLES.parent / "fixtures"
RELATIVE = 1e-12
SHOWN = 5
_PACKAGE = re.compile(r"""(?:library|require|requireNamespace)\(\s*["']?([\w.]+)|([\w.]+):::?\w""")


def main(wanted: list[str]) -> int:
    """Report on every script whose name holds one of the wanted parts; all if none is given."""
    scripts = [
        script
        for script in sorted(ORACLES.rglob("*.R"))
        if not wanted or any(part in script.name for part in wanted)
    ]
    if not scripts:
        print(f"no script under {ORACLES.name} is named like {' or '.join(wanted) or '*.R'}")
        return 1
    outcomes = Counter(report(script) for script in scripts)
    print(", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("same", "differs", "skipped")))
    return int(outcomes["differs"] > 0)


def report(script: Path) -> Literal["same", "differs", "skipped"]:
    """Print and return what came of one script; one that fails differs."""
    name = script.relative_to(ORACLES)
    if reason := cannot_run(script):
        print(f"skipped  {name}: {reason}")
        return "skipped"
    with tempfile.TemporaryDirectory() as folder:
        problems = rerun(script, Path(folder))
        made = len(list(Path(folder).glob("*.csv")))
    print(f"differs  {name}" if problems else f"same     {name}: {made} tables")
    for problem in problems:
        print(f"         {problem}")
    return "differs" if problems else "same"


def cannot_run(script: Path) -> str:
    """Return why the script cannot run here; empty if it can."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    missing = [package for package in packages(script) if not is_installed(package)]
    return f"R package {', '.join(missing)} is not installed" if missing else ""


def packages(script: Path) -> list[str]:
    """Return the packages that the code of a script loads or calls by their name."""
    code = "\n".join(line.partition("#")[0] for line in script.read_text("utf-8").splitlines())
    return sorted({loaded or called for loaded, called in _PACKAGE.findall(code)})


def is_installed(package: str) -> bool:
    """Ask R for one package."""
    ask = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", ask], capture_output=True, check=False).returncode == 0


def rerun(script: Path, folder: Path) -> list[str]:
    """Run one script into a folder; return how its tables differ from the committed ones."""
    command = ["Rscript", str(script), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return [f"R ended with {run.returncode}", *run.stderr.strip().splitlines()[-SHOWN:]]
    made = sorted(folder.glob("*.csv"))
    if not made:
        return ["it made no CSV file"]
    committed = FIXTURES / script.parent.relative_to(ORACLES)
    return [problem for path in made for problem in compare(path, committed / path.name)]


def compare(made: Path, committed: Path) -> list[str]:
    """Return the first differences between two tables, and how many more there are."""
    if not committed.is_file():
        return [f"{made.name}: no committed table of this name"]
    found, expected = read(made), read(committed)
    if len(found) != len(expected):
        return [f"{made.name}: {len(found)} lines, committed {len(expected)}"]
    differ = [
        f"{made.name}, line {line}, {column or 'column ' + str(k)}: {new}, committed {old}"
        for line, (row, old_row) in enumerate(zip(found, expected, strict=True), start=1)
        for k, (column, new, old) in enumerate(zip_longest(expected[0], row, old_row), start=1)
        if not is_same(new, old)
    ]
    more = [f"{made.name}: {len(differ) - SHOWN} more"] if len(differ) > SHOWN else []
    return differ[:SHOWN] + more


def read(path: Path) -> list[list[str]]:
    """Return every line of a CSV file, the header with them."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def is_same(new: str | None, old: str | None) -> bool:
    """Compare two cells: the same text, or numbers that agree to 1e-12 relative."""
    if new == old:
        return True
    try:
        return math.isclose(float(new or ""), float(old or ""), rel_tol=RELATIVE)
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
