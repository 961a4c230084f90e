"""Design, run, watch and report a single-arm phase II oncology trial.

>>> import trialwright as tw
>>> study = tw.read_study("study.toml")  # doctest: +SKIP
>>> analysis = tw.analyse(tw.read_dataset("data"), study)  # doctest: +SKIP
>>> tw.write_report(analysis, "report.html")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.analysis import Analysis, analyse
    from trialwright.dataset import Dataset, read_dataset, write_dataset
    from trialwright.report import write_report
    from trialwright.response import assess_patient
    from trialwright.simulate import simulate_study
    from trialwright.study import (
        RegistryRecord,
        Study,
        draft_study,
        find_gaps,
        lint_record,
        read_record,
        read_study,
        write_study,
    )

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Dataset",
    "RegistryRecord",
    "Study",
    "__version__",
    "analyse",
    "assess_patient",
    "draft_study",
    "find_gaps",
    "lint_record",
    "read_dataset",
    "read_record",
    "read_study",
    "simulate_study",
    "write_dataset",
    "write_report",
    "write_study",
]

# Polars, pydantic and Matplotlib are imported when a name that needs them is first used.
_HOME = {
    "Analysis": "analysis",
    "Dataset": "dataset",
    "RegistryRecord": "study",
    "Study": "study",
    "analyse": "analysis",
    "assess_patient": "response",
    "draft_study": "study",
    "find_gaps": "study",
    "lint_record": "study",
    "read_dataset": "dataset",
    "read_record": "study",
    "read_study": "study",
    "simulate_study": "simulate",
    "write_dataset": "dataset",
    "write_report": "report",
    "write_study": "study",
}

__getattr__ = import_on_first_use(__name__, _HOME)
