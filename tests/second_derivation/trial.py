"""The files of a trial and the course of treatment of each patient."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from math import isclose
from pathlib import Path

NOT_READ = {"characteristics", "medications"}  # no table of harm is made of them


@dataclass(frozen=True)
class Trial:
    """Rows of each table, the choices of the study, its drugs, and the groups of terms."""

    tables: dict
    safety: dict
    drugs: list
    modality: str
    groups: list
    checkpoint_inhibitors: set
    days_per_month: float


def read_trial(folder, study_file, groups_file):
    """Read the raw CSV files of a trial, its study file and the groups of special interest."""
    paths = sorted(Path(folder).glob("*.csv"))
    tables = {path.stem: read_rows(path) for path in paths if path.stem not in NOT_READ}
    study = tomllib.loads(Path(study_file).read_text(encoding="utf-8"))
    interest = tomllib.loads(Path(groups_file).read_text(encoding="utf-8"))
    safety = {name: one["value"] for name, one in study["safety"].items()}
    return Trial(
        tables=tables,
        safety=safety,
        drugs=[{name: one["value"] for name, one in drug.items()} for drug in study["treatments"]],
        modality=study["ablation"]["modality"]["value"],
        groups=[one for one in interest["groups"] if one["name"] in safety["special_interest"]],
        checkpoint_inhibitors=set(interest["checkpoint_inhibitors"]),
        days_per_month=study["endpoints"]["days_per_month"]["value"],
    )


def read_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {"row": number} | {name: read_cell(name, text) for name, text in row.items()}
            for number, row in enumerate(csv.DictReader(file), start=2)
        ]


def read_cell(name, text):
    if text == "":
        return None
    if name.endswith("_date") and name != "birth_date":
        return date.fromisoformat(text)
    if name in {"dose_mg", "value", "lower_limit", "upper_limit"}:
        return float(text)
    return int(text) if name == "grade" else text


def rows_of(trial, table, patient):
    return [row for row in trial.tables.get(table, ()) if row["patient_id"] == patient]


def split_words(text):
    return [word.strip() for word in (text or "").split(";") if word.strip()]


@dataclass(frozen=True)
class Course:
    """Days of one patient: of each drug with its dose (0: left out), of ablations, of the ends.

    ``ablations`` are those of the protocol, ``every_ablation`` the others too.
    """

    doses: dict
    ablations: list
    every_ablation: list
    end: date | None
    new_therapy: date | None
    death: date | None
    contact: date | None

    def given(self, drug):
        return [day for day, dose in self.doses[drug].items() if dose > 0]

    @property
    def treatment_days(self):
        return sorted(chain(self.ablations, *(self.given(drug) for drug in self.doses)))

    @property
    def first(self):
        return self.treatment_days[0]


def gather_course(trial, patient):
    doses = {drug["name"]: {} for drug in trial.drugs}
    for row in rows_of(trial, "doses", patient):
        for day in days_between(row["start_date"], row["end_date"] or row["start_date"]):
            doses[row["drug"]][day] = row["dose_mg"]
    ablations = rows_of(trial, "ablations", patient)
    ends = [
        row["end_date"]
        for row in rows_of(trial, "dispositions", patient)
        if row["scope"] == "treatment"
    ]
    return Course(
        doses={drug: dict(sorted(days.items())) for drug, days in doses.items()},
        ablations=[row["ablation_date"] for row in ablations if row["planned"] == "Y"],
        every_ablation=[row["ablation_date"] for row in ablations],
        end=min(ends, default=None),
        new_therapy=min(
            (r["start_date"] for r in rows_of(trial, "therapies", patient)), default=None
        ),
        death=min((r["death_date"] for r in rows_of(trial, "deaths", patient)), default=None),
        contact=last_day_on_file(trial, patient),
    )


def last_day_on_file(trial, patient):
    names = ("last_alive_date", "sample_date", "ablation_date", "scan_date", "visit_date")
    found = [
        row[name]
        for table in trial.tables
        for row in rows_of(trial, table, patient)
        for name in names + (("start_date", "end_date") if table != "dispositions" else ())
        if row.get(name)
    ]
    return max(found)


def gather_courses(trial):
    """Gather the course of every patient who was treated."""
    everyone = (row["patient_id"] for row in trial.tables["patients"])
    courses = {patient: gather_course(trial, patient) for patient in everyone}
    return {patient: one for patient, one in courses.items() if one.treatment_days}


def days_between(first, last):
    return [first + timedelta(days) for days in range((last - first).days + 1)]


def window_end(course, last_day, days):
    """Return the last day on which an event is emergent on what was last given on a day."""
    end = last_day + timedelta(days)
    if course.new_therapy is not None and course.new_therapy > course.first:
        end = max(min(end, course.new_therapy - timedelta(1)), last_day)
    return end


def close(one, other):
    """Return whether two cells are the same: both missing, or equal to 12 digits."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
