"""``run.json``: which run a folder of finished trials belongs to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.simulate.many.build import name_build, name_differences
from trialwright.simulate.many.failures import CheckpointError
from trialwright.simulate.many.ranges import TrialRange
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.simulate.many.series import TrialSeries

RECORD_NAME = "run.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as its folder records it.

    Parameters
    ----------
    identity : dict of str to str
        What the numbers depend on, by the series.
    build : dict of str to str
        What they are made with.
    trials : TrialRange
        Trials that this folder is to hold.
    whole : TrialRange
        Trials of the whole run, of which these may be a shard.
    """

    identity: dict[str, str]
    build: dict[str, str]
    trials: TrialRange
    whole: TrialRange

    @classmethod
    def of(cls, series: TrialSeries, trials: TrialRange, whole: TrialRange) -> RunRecord:
        """Return the record of a run on this computer."""
        identity = {str(name): str(value) for name, value in series.identity.items()}
        return cls(identity, name_build(), trials, whole)

    @property
    def digest(self) -> str:
        """SHA-256 of identity and build; the trials may grow without changing it."""
        content = json.dumps([self.identity, self.build], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def differences(self, other: RunRecord) -> tuple[str, ...]:
        """Return what keeps trials of the two runs from being added, each with both values."""
        return name_differences(self.identity, other.identity) + name_differences(
            self.build, other.build
        )

    def write(self, folder: Path) -> None:
        """Write the record into a folder that exists.

        Raises
        ------
        ExportError
            If it cannot be written.
        """
        content = {
            "format": _FORMAT,
            "identity": self.identity,
            "build": self.build,
            "trials": _as_json(self.trials),
            "whole": _as_json(self.whole),
        }
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
        write_whole(folder / RECORD_NAME, f"{text}\n".encode())

    @classmethod
    def read(cls, folder: Path) -> RunRecord:
        """Read the record of a folder.

        Raises
        ------
        CheckpointError
            If there is none, it cannot be read, or it has another format.
        """
        path = folder / RECORD_NAME
        try:
            return cls._from_json(json.loads(path.read_bytes()))
        except FileNotFoundError as error:
            msg = f"{folder}: no {RECORD_NAME}, so this is no folder of finished trials"
            raise CheckpointError(msg) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            msg = (
                f"{path}: cannot be read as the record of a run of format {_FORMAT} ({error}); "
                "choose another folder, or delete this one and start anew"
            )
            raise CheckpointError(msg) from error

    @classmethod
    def _from_json(cls, content: dict[str, Any]) -> RunRecord:
        if content["format"] != _FORMAT:
            msg = f"format {content['format']}"
            raise ValueError(msg)
        trials, whole = (_from_json(content[name]) for name in ("trials", "whole"))
        identity, build = (
            {str(name): str(value) for name, value in content[part].items()}
            for part in ("identity", "build")
        )
        return cls(identity, build, trials, whole)


def _as_json(trials: TrialRange) -> dict[str, int]:
    return {"first": trials.first, "count": trials.count}


def _from_json(content: dict[str, Any]) -> TrialRange:
    return TrialRange(content["first"], content["count"])
