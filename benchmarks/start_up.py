"""How long a start takes: ``trialwright --version`` and ``import trialwright``.

The peer is the interpreter itself: below it nothing can go.
"""

from __future__ import annotations

import sys
from pathlib import Path

from timing import describe_machine, print_row, time_command

RUNS = 15


def main() -> None:
    program = str(Path(sys.executable).with_name("trialwright"))
    print(describe_machine())
    print_row("python -c pass", time_command([sys.executable, "-c", "pass"], runs=RUNS))
    version = time_command([program, "--version"], runs=RUNS)
    print_row("trialwright --version", version, goal=0.15)
    imported = time_command([sys.executable, "-c", "import trialwright"], runs=RUNS)
    print_row("import trialwright (with the interpreter)", imported, goal=0.20)
    print_row("trialwright --help", time_command([program, "--help"], runs=RUNS))


if __name__ == "__main__":
    main()
