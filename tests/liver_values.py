"""Liver values of one patient written as multiples, as the graded laboratory frame holds them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset
from trialwright.safety.course import gather_courses

START = date(2026, 1, 5)  # the first dose: day 0
LIMITS = {
    "alanine aminotransferase": 40.0,
    "aspartate aminotransferase": 35.0,
    "bilirubin": 20.0,
    "alkaline phosphatase": 120.0,
}
_NAMES = {
    "ALT": "alanine aminotransferase",
    "AST": "aspartate aminotransferase",
    "BILI": "bilirubin",
    "ALP": "alkaline phosphatase",
}
_SCHEMA = {
    "patient_id": pl.String, "analyte": pl.String, "sample_date": pl.Date,
    "standard_value": pl.Float64, "standard_upper": pl.Float64, "upper_ratio": pl.Float64,
    "baseline": pl.Float64, "is_baseline": pl.Boolean, "qualifier": pl.String,
    "procedural": pl.Boolean, "days_after_ablation": pl.Int64, "source_row": pl.Int64,
}  # fmt: skip


def day(number):
    return START + timedelta(number)


class LiverTrial:
    """Days count from the first dose; values are multiples of the upper limit of normal."""

    def __init__(self, patient="P1"):
        self.patient = patient
        self.values, self.rows = [], {name: [] for name in _TABLES}
        self.add("patients", enrolment_date=day(-3), last_alive_date=day(400))
        self.add("doses", drug="Regorafenib", start_date=START, end_date=day(20), dose_mg=80.0)
        self.baselines = dict.fromkeys(_NAMES, 0.5)

    def add(self, table, **row):
        self.rows[table].append({"patient_id": self.patient, **row})
        return self

    def ablate(self, on):
        return self.add(
            "ablations", lesion_id="T2", ablation_date=day(on), modality="RFA", planned=True
        )

    def lesion(self, name="T1", role="target", organ="liver"):
        return self.add("lesions", lesion_id=name, role=role, organ=organ, lymph_node=False)

    def scan(self, on, name="T1", **read):
        return self.add(
            "measurements", lesion_id=name, visit=f"day {on}", scan_date=day(on), **read
        )

    def event(self, term, start, end=None, grade=2):
        return self.add("adverse_events", term=term, grade=grade, start_date=start, end_date=end)

    def baseline(self, test, multiple):
        self.baselines[test] = multiple
        return self

    def value(self, test, on, multiple, qualifier=None, *, limit=True):
        self.values.append((test, on, multiple, qualifier, limit))
        return self

    def graded(self):
        ablations = [one["ablation_date"] for one in self.rows["ablations"]]
        rows = [self._graded(*value, ablations) for value in self.values]
        return pl.DataFrame(rows, schema=_SCHEMA)

    def _graded(self, test, on, multiple, qualifier, limit, ablations):
        upper = LIMITS[_NAMES[test]]
        after = [(day(on) - one).days for one in ablations if one <= day(on)]
        since = min(after, default=None)
        base = self.baselines[test]
        return {
            "patient_id": self.patient, "analyte": _NAMES[test], "sample_date": day(on),
            "standard_value": multiple * upper, "standard_upper": upper if limit else None,
            "upper_ratio": multiple if limit else None,
            "baseline": None if base is None else base * upper, "is_baseline": False,
            "qualifier": qualifier, "procedural": since is not None and since <= 7,
            "days_after_ablation": since, "source_row": None,
        }  # fmt: skip

    def dataset(self, *without):
        frames = {
            name: pl.DataFrame(_columns(rows), strict=False)
            for name, rows in self.rows.items()
            if name not in without
        }
        return Dataset.create(frames, source="made in a test")

    def read(self, study, *without):
        """Return the graded frame, the data, the study and the courses, as the room takes them."""
        data = self.dataset(*without)
        return self.graded(), data, study, gather_courses(data, study)


_TABLES = (
    "patients", "doses", "ablations", "lesions", "measurements", "calls", "adverse_events",
)  # fmt: skip


def _columns(rows):
    names = dict.fromkeys(name for row in rows for name in row) or {"patient_id": None}
    return {name: [row.get(name) for row in rows] for name in names}
