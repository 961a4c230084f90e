"""A small trial with one patient of each kind, made in code, and a reader of its report."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import polars as pl

from trialwright.analysis import Analysis, analyse
from trialwright.dataset import Dataset, Finding
from trialwright.study.model import Study

START = dt.date(2025, 3, 1)
VALUES = {
    "identity.title": "Drug and RFA in liver metastases",
    "identity.condition": "Liver metastases",
    "identity.population": "Adults",
    "design.kind": "two_stage",
    "design.null_response_rate": 0.10,
    "design.alternative_response_rate": 0.40,
    "design.type_one_error": 0.10,
    "design.power": 0.80,
    "design.first_stage_patients": 4,
    "design.first_stage_bound": 0,
    "design.planned_patients": 7,
    "design.final_bound": 1,
    "design.accrual_months": 6.0,
    "schedule.assessment_interval_weeks": 8.0,
    "schedule.assessment_window_days": 7,
    "schedule.baseline_window_days": 28,
    "schedule.horizon_months": 24.0,
    "response.criteria": "RECIST 1.1",
    "response.immune_criteria": "none",
    "response.immune_confirmation_days": 28,
    "response.best_response_rules": "recist11",
    "response.reader": "investigator",
    "response.adjudication": "best_response_and_progression",
    "response.confirmation_required": True,
    "response.confirmation_interval_days": 28,
    "response.intervening_not_evaluable": 1,
    "response.intervening_stable_disease": 1,
    "response.minimum_stable_disease_days": 49,
    "response.persistent_partial_response": True,
    "response.planned_ablation": "exclude",
    "response.all_disease_ablation": "zero",
    "response.baseline_after_ablation": False,
    "response.changed_method": "flag",
    "response.unplanned_local_therapy": "not_evaluable",
    "response.tumour_marker": "none",
    "response.time_point_date": "earliest",
    "endpoints.time_origin": "first_treatment",
    "endpoints.overall_survival_origin": "first_treatment",
    "endpoints.disease_control_minimum_days": 49,
    "endpoints.duration_of_response_ends_at_death": True,
    "endpoints.time_to_progression_death": "censored_at_last_assessment",
    "endpoints.criteria": "RECIST 1.1",
    "endpoints.other_disease_control_days": (),
    "endpoints.time_unit": "months",
    "times.progression_date": "documented",
    "times.last_assessment": "adequate",
    "times.missed_before_progression": 1,
    "times.missed_before_death": 1,
    "times.missed_counted_by": "days",
    "times.no_baseline": "follow",
    "times.after_horizon": "count",
    "times.clinical_progression": "treatment_policy",
    "times.new_anticancer_therapy": "hypothetical",
    "times.unplanned_local_therapy": "treatment_policy",
    "times.treatment_discontinuation": "treatment_policy",
    "rates.new_anticancer_therapy": "composite",
    "rates.treatment_discontinuation": "treatment_policy",
    "rates.ablation_not_performed": "treatment_policy",
    "analysis_sets.per_protocol_dose_percent": 50.0,
    "schedule.later_assessments": (),
    "endpoints.days_per_month": 30.4375,
    "endpoints.first_day_counts": True,
    "analysis_sets.efficacy": "treated",
    "statistics.confidence_level": 0.95,
    "statistics.proportion_interval": "clopper_pearson",
    "statistics.two_stage_size_change": "stage_wise",
    "statistics.survival_interval": "log-log",
    "statistics.incidence_interval": "log-log",
    "statistics.incidence_variance": "aalen",
    "statistics.progression_landmarks_months": (3.0, 6.0),
    "statistics.survival_landmarks_months": (6.0, 12.0),
    "dates.partial_death_date": "first_day",
    "dates.unknown_death_date": "refuse",
    "dates.partial_new_therapy_date": "first_day",
    "dates.partial_end_of_treatment_date": "last_day",
    "data.accepted_findings": ("measurement.duplicate", "measurement.blank"),
    "data.patient_not_evaluable": ("baseline.missing",),
    "simulation.scenario": "none",
    "simulation.null_scenario": "none",
    "simulation.alternative_scenario": "none",
    "simulation.first_look_weeks": 25.0,
    "simulation.accrual_at_first_look": "pauses",
    "ablation.modality": "RFA",
    "ablation.timing": (7, 28),
    "ablation.extent": "one liver lesion",
    "ablation.largest_lesion_mm": 30.0,
    "ablation.drug_hold": "none",
    "ablation.first_scan_weeks": (4.0, 8.0),
    "safety.significant_digits": 15,
    "safety.emergent_days": 30,
    "safety.emergent_days_serious": 90,
    "safety.emergent_until_new_therapy": True,
    "safety.unknown_onset": "emergent",
    "safety.procedure_days": 30,
    "safety.ablation_rise_days": 7,
    "safety.ablation_explains_days": 14,
    "safety.liver_window_days": 30,
    "safety.special_interest": ("liver", "ablation"),
    "safety.death_days": 30,
    "safety.rest_days_count": True,
    "safety.interruption_days": 7,
    "safety.unacceptable_toxicity": "any grade 4 event",
    "safety.unacceptable_kinds": ("any",),
    "safety.unacceptable_grade": 4,
    "safety.unacceptable_deaths": "none",
    "safety.toxicity_window_days": 42,
    "safety.highest_toxicity_rate": 0.3,
    "safety.toxicity_stop_probability": 0.9,
    "safety.toxicity_look_every": 5,
}
DEFAULTS = {"statistics.confidence_level", "endpoints.days_per_month"}
GAPS = ("identity.registration_number", "schedule.first_patient_date", "safety.ctcae_version")

# patient: {lesion: sizes or states at baseline and weeks 8, 16, 24, ...}; None: not scanned
TARGETS: dict[str, dict[str, list[float | str | None]]] = {
    "CR-1": {"T1": [30, 10, "absent", "absent"]},
    "PR-2": {"T1": [40, 25, 20, 22], "T2": [20, 26, 24, 20]},
    "SD-3": {"T1": [30, 29, 28, "not_evaluable"], "T2": [15, 15, "too_small", 14]},
    "PD-4": {"T1": [30, 75, 90]},
    "NEW-5": {"T1": [50, 20, 18]},
    "NE-6": {"T1": [25]},
    "LATE-7": {"T1": [None, 25, 24]},
    "OUT-8": {"T1": [33]},
}
ABLATED = {("PR-2", "T2")}
NEW_LESIONS = {("NEW-5", 1), ("NEW-5", 2), ("PD-4", 2)}
UNTREATED = {"OUT-8"}
DEATHS = {"NE-6": 30, "PD-4": 200, "NEW-5": 400}
THERAPIES = {"PD-4": 100}


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def make_study(**changes: object) -> Study:
    """Make a settled study; ``changes`` maps a dotted path with ``__`` for the dot to a value."""
    values = VALUES | {path.replace("__", "."): value for path, value in changes.items()}
    fields: dict[str, dict[str, object]] = {}
    for path, value in values.items():
        section, name = path.split(".")
        origin, evidence = ("assumption", "basis")
        if path in DEFAULTS:
            origin, evidence = ("default", "source")
        stated = {"value": value, "origin": origin, evidence: f"test of {name}"}
        fields.setdefault(section, {})[name] = stated
    for path in GAPS:
        section, name = path.split(".")
        fields.setdefault(section, {})[name] = {"origin": "gap", "needed": f"settle {name}"}
    fields["identity"]["title"] = {
        "value": values["identity.title"],
        "origin": "record",
        "words": "Drug and RFA",
    }
    return Study.model_validate(fields)


def make_dataset(rename: dict[str, str] | None = None, **options: object) -> Dataset:
    """Make the data; ``rename`` gives patients other identifiers."""
    names = {patient: (rename or {}).get(patient, patient) for patient in TARGETS}
    tables = {
        "patients": [
            {
                "patient_id": names[patient],
                "sex": "female",
                "enrolment_date": day(number - 5),
                "last_alive_date": day(DEATHS.get(patient, 305) - 5),
            }
            for number, patient in enumerate(TARGETS)
        ],
        "lesions": list(_lesions(names)),
        "measurements": list(_measurements(names)),
        "ablations": [
            {"patient_id": names[patient], "lesion_id": lesion, "ablation_date": day(20),
             "modality": "RFA", "planned": True, "technical_success": True, "margin_mm": 5.0}
            for patient, lesion in sorted(ABLATED)
        ],
        "doses": [
            {"patient_id": names[patient], "drug": "drug", "start_date": day(number),
             "end_date": day(number + 90), "dose_mg": 120.0}
            for number, patient in enumerate(TARGETS)
            if patient not in UNTREATED
        ],
        "therapies": [
            {"patient_id": names[patient], "therapy": "chemotherapy", "start_date": day(when)}
            for patient, when in THERAPIES.items()
        ],
        "deaths": [
            {"patient_id": names[patient], "death_date": day(when)}
            for patient, when in DEATHS.items()
        ],
        "dispositions": [
            {"patient_id": names["CR-1"], "scope": "treatment", "end_date": day(150),
             "reason": "planned end"}
        ],
    }  # fmt: skip
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    return Dataset.create(frames, **{"source": "simulated: eight patients", **options})


def _lesions(names):
    for patient, lesions in TARGETS.items():
        for lesion in lesions:
            yield {"patient_id": names[patient], "lesion_id": lesion, "role": "target",
                   "organ": "liver", "lymph_node": False}  # fmt: skip
    for patient in sorted({patient for patient, _ in NEW_LESIONS}):
        yield {"patient_id": names[patient], "lesion_id": "N1", "role": "new", "organ": "lung",
               "lymph_node": False}  # fmt: skip


def _measurements(names):
    for number, (patient, lesions) in enumerate(TARGETS.items()):
        for lesion, sizes in lesions.items():
            for visit, size in enumerate(sizes):
                if size is not None:
                    yield _scan(names[patient], lesion, number, visit, size)
    for patient, visit in sorted(NEW_LESIONS):
        number = list(TARGETS).index(patient)
        yield _scan(names[patient], "N1", number, visit, "present")


def _scan(patient, lesion, number, visit, size):
    state = size if isinstance(size, str) else None
    return {
        "patient_id": patient,
        "lesion_id": lesion,
        "visit": f"week {8 * visit}" if visit else "baseline",
        "scan_date": day(number + 56 * visit if visit else number - 7),
        "diameter_mm": None if state else float(size),
        "state": state,
    }


FINDINGS = (
    Finding(
        "measurement.blank", "warning", "scan 9 days early", "keep it", "scans.csv", "visits", 7
    ),
    Finding(
        "measurement.duplicate", "error", "two sizes on 2025-04-26", "keep one", "scans.csv",
        "measurements", 12, "PR-2", "diameter_mm",
    ),
)  # fmt: skip


def make_analysis(study: Study | None = None, dataset: Dataset | None = None) -> Analysis:
    data = dataset or make_dataset()
    return analyse(data.with_findings(FINDINGS), study or make_study())


class Page(HTMLParser):
    """Read a report as a reader does: text, tables as rows of cells, links and identifiers."""

    VOID = {"meta", "br", "circle", "path"}  # noqa: RUF012

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.attributes |= set(given)
        if "id" in given:
            self.ids.append(given["id"])
        self.links.extend(given[name] for name in ("href", "src", "xlink:href") if name in given)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self._cell = []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        assert self.open.pop() == tag, f"</{tag}> closes nothing"
        if tag in {"td", "th"}:
            self.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)
            if self._cell is not None:
                self._cell.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def row(self, begins: str) -> list[str]:
        """Return the one row whose first cell begins with these words."""
        found = [row for row in self.rows if row and row[0].startswith(begins)]
        assert len(found) == 1, f"{len(found)} rows begin with {begins!r}"
        return found[0]
