"""A trial written as a few rows, sorted into analysis sets by the real readers of its scans."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset
from trialwright.endpoints import derive_analysis_sets
from trialwright.response import ResponseRules, assess_patient, gather_scans

START = date(2026, 1, 5)
DERIVED = (
    "screened", "enrolled", "full_analysis", "safety", "ablation_safety", "response_evaluable",
    "per_protocol",
)  # fmt: skip


def day(number):
    return START + timedelta(number)


class Trial:
    """Rows of tables, added patient by patient; days count from ``START``."""

    def __init__(self):
        names = ("patients", "doses", "ablations", "lesions", "measurements", "dispositions")
        self.rows = {name: [] for name in (*names, "deaths", "deviations", "therapies")}

    def add(self, table, patient, **row):
        self.rows[table].append({"patient_id": patient, **row})
        return self

    def enrol(self, patient="A", on=-3, alive=60):
        enrolled = None if on is None else day(on)
        return self.add("patients", patient, enrolment_date=enrolled, last_alive_date=day(alive))

    def dose(self, drug, first, last, mg, patient="A"):
        end = None if last is None else day(last)
        return self.add(
            "doses", patient, drug=drug, start_date=day(first), end_date=end, dose_mg=float(mg)
        )

    def ablate(self, on=10, patient="A", *, lesion="T2", planned=True, success=True):
        return self.add(
            "ablations", patient, lesion_id=lesion, ablation_date=day(on), modality="RFA",
            planned=planned, technical_success=success,
        )  # fmt: skip

    def scan(self, sizes, patient="A", *, lesion="T1", role="target"):
        """Write one lesion: its size in mm (or its state) by the day of the scan."""
        self.add("lesions", patient, lesion_id=lesion, role=role, organ="liver", lymph_node=False)
        for on, size in sizes.items():
            word = isinstance(size, str)
            self.add(
                "measurements", patient, lesion_id=lesion, visit=f"day {on}", scan_date=day(on),
                diameter_mm=None if word else float(size), state=size if word else None,
            )  # fmt: skip
        return self

    def stop(self, on, category="adverse event", patient="A"):
        return self.add(
            "dispositions", patient, scope="treatment", end_date=day(on), reason="why",
            reason_category=category,
        )  # fmt: skip

    def die(self, on, patient="A"):
        return self.add("deaths", patient, death_date=day(on))

    def deviate(self, what, *, major, patient="A"):
        return self.add("deviations", patient, deviation=what, major=major)

    def dataset(self, *without):
        """Return the data; tables named in ``without`` were not collected."""
        columns = {name: _columns(rows) for name, rows in self.rows.items() if name not in without}
        return Dataset.create(
            {name: pl.DataFrame(rows, strict=False) for name, rows in columns.items()},
            source="made in a test",
        )

    def sets(self, study, *without):
        data = self.dataset(*without)
        rules = ResponseRules.of(study)
        read = {one.patient_id: assess_patient(one, rules) for one in gather_scans(data)}
        return derive_analysis_sets(data, study, read)


def _columns(rows):
    names = dict.fromkeys(name for row in rows for name in row) or {"patient_id": None}
    return {name: [row.get(name) for row in rows] for name in names}


def treated(patient="A", *, enrolled=-3):
    """Return a trial with one patient who was treated as planned for four weeks, and scanned."""
    trial = Trial().enrol(patient, on=enrolled)
    return add_treated(trial, patient)


def add_treated(trial, patient):
    trial.dose("Regorafenib", 0, 20, 80, patient).dose("Toripalimab", 0, 0, 240, patient)
    trial.dose("Toripalimab", 21, 21, 240, patient).ablate(10, patient)
    trial.scan({-5: 30, 56: 29}, patient).scan({-5: 25, 56: 40}, patient, lesion="T2")
    return trial.stop(27, patient=patient)


def reason(sets, name, patient="A"):
    """Return why a patient is not in a set; none for a member."""
    found = sets.named(name)
    assert found.not_derived is None, found.not_derived
    assert (patient in found) is (patient not in dict(found.excluded))
    return dict(found.excluded).get(patient)
