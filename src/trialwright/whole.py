"""Write a file or a folder whole or not at all.

What is written appears under its name only when it is complete; until then it stands beside
it under a hidden name. Nothing is left behind when writing fails.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE_MODE = 0o644  # a temporary file is private; what we write is read by the whole team


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, replacing one that is there.

    Parameters
    ----------
    path : Path
        File to write; its folder has to exist. It becomes readable to everybody (0644).
    content : bytes
        All of it.

    Raises
    ------
    ExportError
        If the file cannot be written; one that is there stays as it was.
    """
    if path.exists() and not path.is_file():
        msg = f"{path}: is no ordinary file, so it is not replaced; name another"
        raise ExportError(msg)
    path = path.resolve()  # write through a link, not over it
    with _export_errors(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            temporary.chmod(_FILE_MODE)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder whose entries become those of ``folder`` if the body succeeds.

    Entries of ``folder`` that the body did not write stay. If the body or the last step fails,
    ``folder`` is as it was, and so is what it stands in.

    Parameters
    ----------
    folder : Path
        Folder to fill; it and what it stands in are made if they are missing.

    Yields
    ------
    Path
        The folder to write into.

    Raises
    ------
    ExportError
        If ``folder`` is a file or cannot be written.
    """
    with _export_errors(folder), _made_parents(folder), _beside(folder) as beside:
        new = beside / "new"
        new.mkdir()
        yield new
        _keep_folders(new, folder)
        if folder.exists():
            _move_entries(new, folder, aside=beside / "old")
        else:
            new.replace(folder)


@contextmanager
def _export_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        mend = "check the folder and that you may write there"
        msg = f"{path}: cannot be written ({reason}); {mend}"
        raise ExportError(msg) from error


@contextmanager
def _made_parents(folder: Path) -> Iterator[None]:
    """Make what ``folder`` stands in; remove again what was made if the body fails."""
    missing = [one for one in folder.parents if not one.exists()]  # innermost first
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for one in missing:
            if not any(one.iterdir()):
                one.rmdir()
        raise


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Make a hidden folder on the same disk; inside one that exists, which may be a mount."""
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; name a folder for the results"
        raise ExportError(msg)
    place = folder if folder.exists() else folder.parent
    beside = Path(tempfile.mkdtemp(dir=place, prefix=f".{folder.name}."))
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _keep_folders(new: Path, folder: Path) -> None:
    """Refuse to put a file where somebody's folder is."""
    for entry in new.iterdir():
        if entry.is_file() and (folder / entry.name).is_dir():
            msg = f"{folder / entry.name}: is a folder, where a file would be written; move it away"
            raise ExportError(msg)


def _move_entries(new: Path, folder: Path, *, aside: Path) -> None:
    """Move every entry of ``new`` into ``folder``; put all back as it was if one fails."""
    aside.mkdir()
    moved: list[str] = []
    try:
        for name in sorted(entry.name for entry in new.iterdir()):
            if os.path.lexists(folder / name):
                (folder / name).rename(aside / name)
            moved.append(name)
            (new / name).rename(folder / name)
    except BaseException:
        for name in moved:
            if not os.path.lexists(new / name):
                (folder / name).rename(new / name)
            if os.path.lexists(aside / name):
                (aside / name).rename(folder / name)
        raise
