"""Put the shards of a job array together again, missing none and counting none twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.simulate.many.checkpoint import Finished, check_same_run, read_finished
from trialwright.simulate.many.failures import CheckpointError
from trialwright.simulate.many.parts import list_parts, write_part
from trialwright.simulate.many.ranges import hull, list_in_words, missing_ranges
from trialwright.simulate.many.record import RECORD_NAME, RunRecord
from trialwright.simulate.many.tally import sum_tallies
from trialwright.whole import whole_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.simulate.many.ranges import TrialRange
    from trialwright.simulate.many.tally import Tally


def merge_shards(folders: Path | Sequence[Path], out: Path) -> Tally:
    """Add the finished trials of several folders and write them as one.

    Parameters
    ----------
    folders : Path or sequence of Path
        Folders that `run_trials` filled, or folders of such folders.
    out : Path
        Folder to write, of the same form: it can be gone on with and merged again. It may hold
        an earlier merge of the same trials, no other trials.

    Returns
    -------
    Tally
        Counts of the whole run.

    Raises
    ------
    CheckpointError
        If there is nothing to merge, the folders are of different runs, two count one trial,
        trials are missing or damaged, or ``out`` is one of them or holds other trials. The
        message names folders and trials.
    ExportError
        If ``out`` cannot be written; it stays as it was.
    """
    given = (folders,) if isinstance(folders, Path) else tuple(folders)
    shards = _find_shards(given)
    _check_apart(out, given, shards)
    found = {one: RunRecord.read(one) for one in shards}
    first, *others = found
    for one in others:
        check_same_run(found[first], found[one], one)
    finished = {one: read_finished(one, record) for one, record in found.items()}
    whole = hull([record.whole for record in found.values()])
    _check_disjoint(finished)
    _check_complete(finished, whole)
    total = sum_tallies(one.tally for one in finished.values() if one.tally is not None)
    record = RunRecord(found[first].identity, found[first].build, whole, whole)
    _write_merged(out, record, total)
    return total


def _find_shards(given: tuple[Path, ...]) -> tuple[Path, ...]:
    found: dict[Path, None] = {}  # a folder named twice is one folder
    for folder in given:
        if not folder.is_dir():
            msg = f"{folder}: no such folder; name one that finished trials were written to"
            raise CheckpointError(msg)
        inside = [folder, *(one for one in sorted(folder.iterdir()) if one.is_dir())]
        shards = [one.resolve() for one in inside if (one / RECORD_NAME).is_file()]
        if not shards:
            msg = f"{folder}: neither it nor a folder in it holds finished trials ({RECORD_NAME})"
            raise CheckpointError(msg)
        found |= dict.fromkeys(shards)
    if not found:
        msg = "no folder was named; name those that finished trials were written to"
        raise CheckpointError(msg)
    return tuple(found)


def _check_disjoint(finished: dict[Path, Finished]) -> None:
    held = sorted((trials, folder) for folder, one in finished.items() for trials in one.ranges)
    for (one, folder), (other, other_folder) in pairwise(held):
        if other.first < one.stop:
            msg = (
                f"some trials would count twice: {one} in {folder} and {other} in {other_folder}; "
                "leave one of the two out"
            )
            raise CheckpointError(msg)


def _check_complete(finished: dict[Path, Finished], whole: TrialRange) -> None:
    held = [trials for one in finished.values() for trials in one.ranges]
    missing = missing_ranges(whole, held)
    if not missing:
        return
    damaged = [str(part.path) for one in finished.values() for part in one.damaged]
    because = f" (damaged: {', '.join(damaged)})" if damaged else ""
    msg = (
        f"of {whole} are missing: {list_in_words(missing)}{because}; start the shards that should "
        "hold them again, each goes on where it stopped, and merge then"
    )
    raise CheckpointError(msg)


def _check_apart(out: Path, given: tuple[Path, ...], shards: tuple[Path, ...]) -> None:
    """Refuse a result that the next merge of the same folders would take for a shard."""
    place, read = out.resolve(), {*(one.resolve() for one in given), *shards}
    if place in read | {one.parent for one in shards} or place.parent in read:
        msg = f"{out}: holds, or lies in, what is merged; name another folder for the result"
        raise CheckpointError(msg)


def _write_merged(out: Path, record: RunRecord, total: Tally) -> None:
    if out.is_dir():
        if (out / RECORD_NAME).exists():
            check_same_run(RunRecord.read(out), record, out)
        other = [part.trials for part in list_parts(out) if part.trials != record.trials]
        if other:
            msg = f"{out}: holds {list_in_words(other)} already; name another folder"
            raise CheckpointError(msg)
    with whole_folder(out) as new:
        record.write(new)
        write_part(new, record.trials, total, record.digest)
