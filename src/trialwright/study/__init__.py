"""What was planned? Registry records, their lint and gaps, and the study file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.study.characteristics_section import Characteristic
    from trialwright.study.draft import draft_study
    from trialwright.study.file import read_study, write_study
    from trialwright.study.fingerprint import fingerprint_of_study
    from trialwright.study.gaps import Gap, find_gaps
    from trialwright.study.lint import LintFinding, lint_record
    from trialwright.study.model import Study
    from trialwright.study.reading import read_record, read_records
    from trialwright.study.record import RegistryRecord
    from trialwright.study.stated import Stated

__all__ = [
    "Characteristic",
    "Gap",
    "LintFinding",
    "RegistryRecord",
    "Stated",
    "Study",
    "draft_study",
    "find_gaps",
    "fingerprint_of_study",
    "lint_record",
    "read_record",
    "read_records",
    "read_study",
    "write_study",
]

# The model needs pydantic, the registry readers do not: each is imported when it is used.
_HOME = {
    "Characteristic": "characteristics_section",
    "Gap": "gaps",
    "LintFinding": "lint",
    "RegistryRecord": "record",
    "Stated": "stated",
    "Study": "model",
    "draft_study": "draft",
    "find_gaps": "gaps",
    "fingerprint_of_study": "fingerprint",
    "lint_record": "lint",
    "read_record": "reading",
    "read_records": "reading",
    "read_study": "file",
    "write_study": "file",
}

__getattr__ = import_on_first_use(__name__, _HOME)
