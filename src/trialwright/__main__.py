"""Entry point of the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``trialwright``; print errors without a traceback and exit non-zero."""
    if sys.argv[1:] == ["--version"]:
        # Answered before the command line is built: nothing else needs to be imported.
        from trialwright import __version__

        sys.stdout.write(f"trialwright {__version__}\n")
        return
    from trialwright.cli import run_command_line

    run_command_line()


if __name__ == "__main__":
    main()
