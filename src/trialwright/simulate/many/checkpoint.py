"""A folder that remembers which trials are finished, so that a run goes on after a kill."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.errors import ExportError
from trialwright.simulate.many.failures import CheckpointError
from trialwright.simulate.many.parts import list_parts, write_part
from trialwright.simulate.many.ranges import find_overlap, list_in_words
from trialwright.simulate.many.record import RECORD_NAME, RunRecord

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.simulate.many.parts import Part
    from trialwright.simulate.many.ranges import TrialRange
    from trialwright.simulate.many.tally import Tally


class DamagedPart(UserWarning):
    """A file of finished trials was not as it was written; its trials are simulated again."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a folder holds.

    Parameters
    ----------
    ranges : tuple of TrialRange
        Ranges that are finished, ascending, no two with a trial in common.
    tally : Tally or None
        Their counts; None where nothing is finished.
    damaged : tuple of Part
        Files that are not what was written; their trials are not among the finished.
    """

    ranges: tuple[TrialRange, ...] = ()
    tally: Tally | None = None
    damaged: tuple[Part, ...] = ()


def read_finished(folder: Path, record: RunRecord) -> Finished:
    """Read what a folder holds, checking every file.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    record : RunRecord
        Its record.

    Returns
    -------
    Finished
        Ranges, their sum, and the files not to be trusted.

    Raises
    ------
    CheckpointError
        If two whole files count one trial, or a file cannot be opened.
    """
    total: Tally | None = None
    ranges, damaged = [], []
    for part in list_parts(folder):
        tally = part.read(record.digest)
        if tally is None:
            damaged.append(part)
        else:
            ranges.append(part.trials)
            total = tally if total is None else total + tally
    overlap = find_overlap(ranges)
    if overlap is not None:
        msg = (
            f"{folder}: {overlap[0]} and {overlap[1]} are in two files, so some would count twice "
            "(did two runs write here at once?); delete one of the two files"
        )
        raise CheckpointError(msg)
    return Finished(tuple(ranges), total, tuple(damaged))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder of finished trials that belongs to one run.

    Parameters
    ----------
    folder : Path
        The folder.
    record : RunRecord
        The run.
    """

    folder: Path
    record: RunRecord

    @classmethod
    def open(cls, folder: Path, record: RunRecord) -> tuple[Checkpoint, Finished]:
        """Open a folder for a run, new or begun, and read what is finished.

        A run may ask for more trials than the folder was made for, not for fewer than it holds.
        Damaged files are set aside with a `DamagedPart` warning.

        Parameters
        ----------
        folder : Path
            The folder; made if missing. Files of other names in it are left alone.
        record : RunRecord
            The run that is to go on in it.

        Returns
        -------
        (Checkpoint, Finished)
            The folder, and what it holds.

        Raises
        ------
        CheckpointError
            If the folder belongs to another run, or holds trials that were not asked for.
        ExportError
            If it cannot be made or written to.
        """
        _make_folder(folder)
        if not (folder / RECORD_NAME).exists() and not list_parts(folder):
            record.write(folder)
            return cls(folder, record), Finished()
        before = RunRecord.read(folder)
        check_same_run(before, record, folder)
        finished = read_finished(folder, before)
        _check_all_wanted(folder, finished, record)
        for part in finished.damaged:
            _set_aside(part)
        if before != record:
            record.write(folder)
        return cls(folder, record), finished

    def keep(self, trials: TrialRange, tally: Tally) -> None:
        """Write a finished range, whole or not at all.

        Raises
        ------
        ExportError
            If it cannot be written.
        """
        write_part(self.folder, trials, tally, self.record.digest)


def check_same_run(one: RunRecord, other: RunRecord, folder: Path) -> None:
    """Refuse to add trials of runs that differ in anything their numbers depend on.

    Raises
    ------
    CheckpointError
        If they differ, naming each field with both values.
    """
    differ = one.differences(other)
    if differ:
        msg = (
            f"{folder}: holds trials of another run; what differs: {', '.join(differ)}; "
            "choose another folder, or repeat that run as it was"
        )
        raise CheckpointError(msg)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: no folder can be made there ({error.strerror}); name another"
        raise ExportError(msg) from error


def _check_all_wanted(folder: Path, finished: Finished, record: RunRecord) -> None:
    foreign = [one for one in finished.ranges if not record.trials.holds(one)]
    if foreign:
        msg = (
            f"{folder}: holds {list_in_words(foreign)}, but {record.trials} are asked for; "
            "ask for all that it holds, or choose another folder"
        )
        raise CheckpointError(msg)


def _set_aside(part: Part) -> None:
    aside = part.set_aside()
    msg = (
        f"{part.path.name} is damaged: it is not what was written, or was written for another "
        f"run; {part.trials} are simulated again, and the file is now {aside.name}"
    )
    warnings.warn(msg, DamagedPart, stacklevel=2)
