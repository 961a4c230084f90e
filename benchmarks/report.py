"""How long 45 patients take from data on disk to the HTML report, in a fresh process."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import describe_machine, print_row, time_command

ROOT = Path(__file__).parents[1]
STUDY = str(ROOT / "examples" / "crclm" / "study.toml")
COMPILERS = ("numba", "llvmlite")
RUNS = 7


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
        print_row("report of 45 patients", time_command(write, runs=RUNS), goal=5.0)
        size = Path(report).stat().st_size / 1e6
        print(f"report: {size:.1f} MB; a compiler was started: {_started_compiler(write)}")


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
