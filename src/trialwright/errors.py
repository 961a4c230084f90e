"""The errors a caller of Trialwright can meet.

::

    TrialwrightError
    ├── StudyError        the study file: a misspelt key, a gap that must be filled
    ├── RegistryError     a registry record that cannot be read
    ├── DesignError       a design that cannot exist
    ├── DataError         rows that contradict the schema or each other; carries every finding
    ├── CaptureError      the trial file
    ├── ExportError       a document or data set that cannot be written
    └── MissingExtra      an optional dependency is not installed

Wrong arguments of a function raise ``ValueError``. A message says what is wrong, where
(file, table, row, patient) and the mend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CaptureError",
    "DataError",
    "DesignError",
    "ExportError",
    "MissingExtra",
    "RegistryError",
    "StudyError",
    "TrialwrightError",
]


class TrialwrightError(Exception):
    """Say what is wrong, where, and the mend."""


class StudyError(TrialwrightError):
    """A study file that cannot be read, or that leaves open what the task needs."""


class RegistryError(TrialwrightError):
    """A file that is not a registry record Trialwright can read."""


class DesignError(TrialwrightError):
    """A design that cannot exist, such as a final size below the first stage."""


class DataError(TrialwrightError):
    """Data that cannot be used as they stand.

    Parameters
    ----------
    message : str
        What stands in the way, in one sentence.
    findings : sequence of object
        Every finding behind it, one line each when printed.
    """

    def __init__(self, message: str, findings: Sequence[object] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join([message, *(f"  - {finding}" for finding in self.findings)]))


class CaptureError(TrialwrightError):
    """A write that the trial file refuses."""


class ExportError(TrialwrightError):
    """A document or data set that cannot be written."""


class MissingExtra(TrialwrightError):  # noqa: N818 - named for what is missing
    """An optional dependency is not installed; the message says which extra brings it."""
