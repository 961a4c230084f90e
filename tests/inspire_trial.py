"""The patients of INSPIRE (NCT02644369, pembrolizumab) as a data set of ours.

The files hold a baseline sum, changes of the sum by week, response, and months of PFS and OS. What
is made of them: one target lesion as large as the sum; a scan on the whole day nearest to the week
(the weeks hold the hours of a time zone); death, or the last contact, after the months of OS, which
are whole days. What they do not hold, and the data set does not claim: lesions, organs, new and
non-target lesions, the reason of a progression, drugs and doses, adverse events, calendar dates.
PFS therefore cannot be derived from scans; ``given_survival`` makes it of the months given.

Source: biostatsPMH/reportRmd (MIT); Bratman et al. 2020, Nature Cancer 1:873.
"""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.result import SurvivalResult
from trialwright.dataset import Dataset
from trialwright.endpoints import TimeToEvent
from trialwright.stats import KaplanMeier
from trialwright.study import Study, read_study
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from pathlib import Path

DAY_ZERO = dt.date(2000, 1, 1)
DAYS_PER_MONTH = 30.4375
TITLE = "INSPIRE: pembrolizumab in five cohorts of advanced solid tumours"
_CHOICES = {
    "identity.title": TITLE,
    "identity.registration_number": "NCT02644369",
    "identity.condition": "Advanced solid tumours",
    "design.kind": "descriptive",
    "schedule.assessment_interval_weeks": 9.0,
    "schedule.horizon_months": 36.0,
    "response.confirmation_required": False,
    "endpoints.first_day_counts": False,  # the months given are end - start
}

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Read a file of the trial as it is."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def inspire_study(root: Path) -> Study:
    """Return the worked study without ablation and without a design that decides."""
    study = read_study(root / "examples" / "crclm" / "study.toml")
    varied = vary_study(study, _CHOICES, basis="what the publication of INSPIRE says, or needs")
    content = varied.model_dump(exclude_none=True)
    for section in ("ablation", "characteristics", "considered_designs", "outcomes", "treatments"):
        content.pop(section, None)
    return Study.model_validate(content)


def inspire_dataset(patients: list[Row], changes: list[Row]) -> Dataset:
    """Make the data set; day 0 is the start of treatment."""
    scans = sorted(
        {(row["id"], _day_of_week(row["time"]), row["size_change"]) for row in changes},
        key=lambda scan: scan[:2],
    )
    baseline = {row["id"]: float(row["l_size"]) for row in patients}
    frames = {
        "patients": [
            {
                "patient_id": row["id"],
                "arm": row["cohort"],
                "sex": row["sex"].lower(),
                "first_treatment_date": DAY_ZERO,
                "last_alive_date": None if row["os_status"] == "1" else _day_of_month(row),
            }
            for row in patients
        ],
        "visits": [
            *(_visit(row["id"], "baseline", DAY_ZERO) for row in patients),
            *(_visit(patient, _name(day), day) for patient, day, _ in scans),
        ],
        "lesions": [
            {
                "patient_id": row["id"],
                "lesion_id": "sum",
                "role": "target",
                "organ": "not recorded",
                "lymph_node": False,
            }
            for row in patients
        ],
        "measurements": [
            *(_measured(row["id"], "baseline", DAY_ZERO, baseline[row["id"]]) for row in patients),
            *(
                _measured(patient, _name(day), day, _size(baseline[patient], change))
                for patient, day, change in scans
            ),
        ],
        "deaths": [
            {"patient_id": row["id"], "death_date": _day_of_month(row)}
            for row in patients
            if row["os_status"] == "1"
        ],
    }
    return Dataset.create(
        {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in frames.items()},
        source="INSPIRE, as published",
        day_zero=DAY_ZERO,
    )


def given_survival(patients: list[Row], derived: SurvivalResult) -> SurvivalResult:
    """Return PFS as the file gives it, in the place of what the sums alone would say."""
    times = []
    for row in patients:
        days, event = round(float(row["pfs_time"]) * DAYS_PER_MONTH), row["pfs_status"] == "1"
        times.append(
            TimeToEvent(
                row["id"],
                DAY_ZERO,
                DAY_ZERO + dt.timedelta(days),
                days,
                event,
                "progression or death" if event else "no progression",
                "as the file gives it",
                "inspire_patients.csv",
            )
        )
    curve = KaplanMeier.fit(
        [time.days / DAYS_PER_MONTH for time in times], [time.event for time in times]
    )
    median = curve.quantile(0.5, level=0.95, band="log-log")
    return SurvivalResult("PFS", derived.title, tuple(times), curve, median, ())


def _day_of_week(weeks: str) -> dt.date:
    return DAY_ZERO + dt.timedelta(round(7 * float(weeks)))


def _day_of_month(row: Row) -> dt.date:
    return DAY_ZERO + dt.timedelta(round(float(row["os_time"]) * DAYS_PER_MONTH))


def _name(day: dt.date) -> str:
    return f"day {(day - DAY_ZERO).days}"


def _visit(patient: str, name: str, day: dt.date) -> dict[str, object]:
    kind = "baseline" if name == "baseline" else "scheduled"
    return {"patient_id": patient, "visit": name, "visit_type": kind, "visit_date": day}


def _size(baseline: float, change: str) -> float | None:
    return None if change == "NA" else baseline * (1 + float(change) / 100)


def _measured(patient: str, visit: str, day: dt.date, size: float | None) -> dict[str, object]:
    return {
        "patient_id": patient,
        "lesion_id": "sum",
        "visit": visit,
        "scan_date": day,
        "diameter_mm": size,
        "state": "not_evaluable" if size is None else None,
    }
