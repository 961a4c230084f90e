"""The files of finished trials: one small Parquet file a range, trusted only when whole.

The name of a part says which trials it counts and holds the first digits of a checksum over the
run it belongs to, its trials and its bytes. So a part that is torn, altered, renamed or brought
from another study is found before Parquet reads it, which has no checksum of its own here: of
files with one bit turned, half are read as other numbers without a word.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.simulate.many.failures import CheckpointError
from trialwright.simulate.many.ranges import TrialRange
from trialwright.simulate.many.tally import Tally
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"trials-([0-9]{12,})-([0-9]{12,})-([0-9a-f]{16})\.parquet")
_DAMAGED = "damaged-"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of finished trials.

    Parameters
    ----------
    path : Path
        The file.
    trials : TrialRange
        The trials it counts, by its name.
    checksum : str
        What its bytes have to give, by its name.
    """

    path: Path
    trials: TrialRange
    checksum: str

    def read(self, run_digest: str) -> Tally | None:
        """Return the counts, or None where the file is not what was written for this run.

        Raises
        ------
        CheckpointError
            If the file cannot be opened; that is no damage, and trying again may succeed.
        """
        try:
            content = self.path.read_bytes()
        except OSError as error:
            msg = f"{self.path}: cannot be opened ({error.strerror}); mend that and start again"
            raise CheckpointError(msg) from error
        if _checksum(run_digest, self.trials, content) != self.checksum:
            return None
        return Tally.from_parquet(content)

    def set_aside(self) -> Path:
        """Rename a damaged file, so that it is neither counted nor in the way; return its name."""
        aside = self.path.with_name(f"{_DAMAGED}{self.path.name}")
        return self.path.replace(aside)


def write_part(folder: Path, trials: TrialRange, tally: Tally, run_digest: str) -> Part:
    """Write finished trials, whole or not at all.

    Parameters
    ----------
    folder : Path
        Folder of the run; it exists.
    trials : TrialRange
        The trials.
    tally : Tally
        Their counts.
    run_digest : str
        Digest of the run's record.

    Returns
    -------
    Part
        The file.

    Raises
    ------
    ExportError
        If it cannot be written; nothing of it is left.
    """
    content = tally.to_parquet()
    checksum = _checksum(run_digest, trials, content)
    path = folder / f"trials-{trials.first:012d}-{trials.last:012d}-{checksum}.parquet"
    write_whole(path, content)
    return Part(path, trials, checksum)


def list_parts(folder: Path) -> tuple[Part, ...]:
    """Return the parts of a folder by their names, ascending; other files are none."""
    found = []
    for path in sorted(folder.iterdir()):
        if (name := _NAME.fullmatch(path.name)) is not None and int(name[1]) <= int(name[2]):
            trials = TrialRange.between(int(name[1]), int(name[2]) + 1)
            found.append(Part(path, trials, name[3]))
    return tuple(found)


def _checksum(run_digest: str, trials: TrialRange, content: bytes) -> str:
    found = hashlib.sha256(f"{run_digest} {trials.first} {trials.count}\n".encode())
    found.update(content)
    return found.hexdigest()[:16]
