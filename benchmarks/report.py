"""How long a report takes from data on disk, in a fresh process: the page, every format, many."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import describe_machine, print_row, time_command

ROOT = Path(__file__).parents[1]
STUDY = str(ROOT / "examples" / "crclm" / "study.toml")
COMPILERS = ("numba", "llvmlite")
RUNS = 7
FEW_RUNS = 3


def main() -> None:
    program = str(Path(sys.executable).with_name("trialwright"))
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        data, report = f"{folder}/data", f"{folder}/report.html"
        simulate = [program, "simulate", STUDY, "--out", data, "--seed", "1", "--patients", "45"]
        analyse = [program, "analyse", data, "--study", STUDY]
        write = [program, "report", data, "--study", STUDY, "--out", report]
        seconds = time_command(simulate, runs=RUNS, clear=Path(data))
        print_row("simulate 45 patients", seconds)
        print_row("analyse 45 patients", time_command(analyse, runs=RUNS))
        print_row("page of 45 patients", time_command(write, runs=RUNS), goal=4.0)
        size = Path(report).stat().st_size / 1e6
        print(f"page: {size:.2f} MB (goal 3); a compiler was started: {_started_compiler(write)}")
        whole = [*write[:-1], f"{folder}/whole"]
        print_row("45 patients, every format", time_command(whole, runs=FEW_RUNS), goal=20.0)
        _time_many(program, folder)


def _time_many(program: str, folder: str) -> None:
    """Time the report of 1,000 patients: the page alone, and every format."""
    data = f"{folder}/many"
    simulate = [program, "simulate", STUDY, "--out", data, "--seed", "1", "--patients", "1000"]
    time_command(simulate, runs=1)
    for name, out in (("page", "many.html"), ("every format", "everything")):
        write = [program, "report", data, "--study", STUDY, "--out", f"{folder}/{out}"]
        print_row(f"1,000 patients, {name}", time_command(write, runs=1), goal=60.0)


def _started_compiler(command: list[str]) -> bool:
    """Tell whether the command imports a compiler."""
    code = (
        f"import sys; sys.argv = {command[:1] + command[1:]!r}\n"
        "from trialwright.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.exit(any(name in sys.modules for name in {COMPILERS!r}))"
    )
    try:
        time_command([sys.executable, "-c", code], runs=0)
    except Exception:  # noqa: BLE001 - any failure is reported as it is
        return True
    return False


if __name__ == "__main__":
    main()
