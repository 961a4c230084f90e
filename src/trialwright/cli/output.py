"""Write a folder of results whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERMISSIONS = 0o755


@contextmanager
def filled_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder whose entries replace those of ``folder`` on success.

    If the body raises, nothing of it is left and ``folder`` is as it was. Entries of
    ``folder`` that the body did not write stay.

    Raises
    ------
    ExportError
        If ``folder`` is a file.
    """
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; name a folder for the results"
        raise ExportError(msg)
    made = _make_parents(folder.parent)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    temporary.chmod(_PERMISSIONS)
    try:
        yield temporary
        folder.mkdir(exist_ok=True)
        for entry in sorted(temporary.iterdir()):
            _replace(entry, folder / entry.name)
        made = []
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        for parent in made:
            parent.rmdir()


def _make_parents(folder: Path) -> list[Path]:
    """Make the missing parents; return them, innermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _replace(new: Path, old: Path) -> None:
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old)
    new.replace(old)
