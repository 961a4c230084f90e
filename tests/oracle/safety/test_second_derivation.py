"""Every count of the safety tables against a second derivation from the raw files.

``tests/second_derivation`` was written from the pages and decisions alone. The trial holds a rise
after an ablation, a candidate of Hy's law without one, holds, reductions and delayed cycles.
"""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest

import second_derivation as second
import trialwright as tw
from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import write_dataset
from trialwright.report.formats import Days
from trialwright.report.safety import build_safety_tables
from trialwright.simulate import simulate_study

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "examples" / "crclm" / "study.toml"
GROUPS = ROOT / "src" / "trialwright" / "safety" / "special_interest.toml"
EXPOSURE = (
    "first_dose",
    "last_dose",
    "duration_days",
    "doses_given",
    "cumulative_mg",
    "planned_mg",
    "relative_dose_intensity",
    "dose_intensity_mg_per_week",
    "interruptions",
    "days_left_out",
    "longest_gap_days",
    "reductions",
    "lowest_dose_mg",
)
MONTHS = (3.0, 6.0, 9.0, 12.0)


class Both:
    """One trial, as the program reads it and as it is read a second time."""

    def __init__(self, folder):
        self.ours = analyse_safety(tw.read_dataset(folder), tw.read_study(STUDY))
        self.trial = second.read_trial(folder, STUDY, GROUPS)
        self.courses = second.gather_courses(self.trial)
        self.events = second.read_events(self.trial, self.courses)
        self.emergent = [one for one in self.events if one["emergent"]]
        self.samples = second.read_samples(self.trial, self.courses)
        self.exposure = second.measure_exposure(self.trial, self.courses)


# In the second trial an immune-related event comes after the window of the other events.
@pytest.fixture(scope="module", params=[(1, 14), (20261, 0)], ids=["rises", "late event"])
def both(tmp_path_factory, request):
    seed, trial = request.param
    folder = tmp_path_factory.mktemp("trial")
    write_dataset(simulate_study(tw.read_study(STUDY), seed=seed, trial=trial), folder)
    return Both(folder)


def differ(ours, theirs):
    """Return the cells that are not the same: mappings of a key to a tuple of cells."""
    found = {}
    for key in ours.keys() | theirs.keys():
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None or not same_cells(one, other):
            found[key] = (one, other)
    return found


def same_cells(ours, theirs):
    return len(ours) == len(theirs) and all(map(same, ours, theirs))


def same(one, other):
    if isinstance(one, float) and isinstance(other, int | float):
        return second.close(one, other)
    return one == other


def compare_flags(both):
    ours = {
        one["source_row"]: (
            one["emergent"],
            one["emergent_on"],
            one["related"],
            one["assessed"],
            one["special_interest"],
            one["after_ablation_days"],
            one["procedure_phase"],
            one["led_to"],
            one["fatal"],
            one["onset"],
        )
        for one in both.ours.events.rows.rows(named=True)
    }
    names = ("emergent", "emergent_on", "related", "assessed", "interest", "after_ablation")
    names += ("phase", "led_to", "fatal", "onset")
    return ours, {one["row"]: tuple(one[name] for name in names) for one in both.events}


def compare_overview(both):
    ours = {
        row["category"]: (row["patients"], row["severe"], row["events"])
        for row in both.ours.events.overview.rows(named=True)
    }
    return ours, second.count_overview(both.trial, both.emergent)


def read_terms(frame):
    names = ("patients", "severe", *(f"grade_{grade}" for grade in range(1, 6)), "events")
    return {
        (row["level"], row["body_system"], row["term"]): tuple(row[name] for name in names)
        for row in frame.rows(named=True)
    }


def compare_terms(both):
    return read_terms(both.ours.events.terms), second.count_terms(both.emergent)


def compare_attributed(both):
    ours, theirs = {}, {}
    for name, frame in both.ours.events.terms_by_treatment.items():
        related = [one for one in both.emergent if name in one["related"]]
        ours |= {(name, *key): cells for key, cells in read_terms(frame).items()}
        theirs |= {(name, *key): cells for key, cells in second.count_terms(related).items()}
    return ours, theirs


def first_events(both):
    return *both.ours.events.first_events, *both.ours.events.of_interest.values()


def compare_rates(both):
    ours, theirs = {}, {}
    for one in first_events(both):
        rate = one.rate.estimate(level=0.95)
        cells = (one.with_event, one.rate.time_at_risk, one.median_onset)
        ours[one.what] = (*cells, rate.value, rate.low, rate.high)
    for name, one in second.find_first_events(both.trial, both.courses, both.emergent).items():
        theirs[name] = (one["patients"], one["months"], one["median"], *one["rate"])
    return ours, theirs


def compare_incidence(both):
    ours, theirs = {}, {}
    for one in first_events(both):
        for month in MONTHS:
            found = one.incidence_by(month, both.ours.study)
            limits = (None if isnan(limit) else limit for limit in (found.low, found.high))
            ours[one.what, month] = (found.value, *limits)
    for name, one in second.find_first_events(both.trial, both.courses, both.emergent).items():
        for month in MONTHS:
            theirs[name, month] = second.incidence_by(one["times"], month)
    return ours, theirs


def compare_grades(both):
    names = ("grade", "baseline", "is_baseline", "baseline_grade", "upper_ratio")
    names += ("on_treatment", "procedural")
    ours = {
        row["source_row"]: tuple(row[name] for name in names)
        for row in both.ours.laboratory.rows.rows(named=True)
    }
    names = ("grade", "baseline", "is_baseline", "baseline_grade", "multiple")
    names += ("on_treatment", "procedural")
    return ours, {row["row"]: tuple(row[name] for name in names) for row in both.samples}


def compare_worst(both):
    ours = {
        (row["patient_id"], row["term"], row["bucket"]): (
            row["baseline_grade"],
            row["worst_grade"],
            row["worst_date"],
            row["values"],
        )
        for row in both.ours.laboratory.worst.rows(named=True)
    }
    theirs = {
        (patient, second.TERMS[test], bucket): cells
        for (patient, test, bucket), cells in second.find_worst(both.samples).items()
    }
    return ours, theirs


def compare_shifts(both):
    names = ("term", "bucket", "baseline_grade", "worst_grade")
    ours = {
        tuple(row[name] for name in names): (row["patients"],)
        for row in both.ours.laboratory.shifts.rows(named=True)
    }
    counted = second.count_shifts(second.find_worst(both.samples))
    return ours, {(second.TERMS[key[0]], *key[1:]): (n,) for key, n in counted.items()}


def compare_hys_law(both):
    ours = {
        number: (
            one.patient_id,
            one.bucket,
            one.transaminase.source_row,
            one.bilirubin.source_row,
        )
        for number, one in enumerate(both.ours.hys_law)
    }
    found = second.find_hys_law(both.trial, both.samples)
    return ours, {
        number: (patient, bucket, high["row"], bilirubin["row"])
        for number, (patient, bucket, high, bilirubin) in enumerate(found)
    }


def compare_edish(both):
    names = ("transaminase_multiple", "bilirubin_multiple", "quadrant")
    ours, theirs = {}, {}
    peaks = second.find_peaks(both.samples, both.courses)
    for row in both.ours.edish.rows(named=True):
        for kind in ("", "corrected_", "without_", "corrected_without_"):
            ours[row["patient_id"], kind] = tuple(row[f"{kind}{name}"] for name in names)
    for patient, kinds in peaks.items():
        theirs |= {(patient, kind): cells for kind, cells in kinds.items()}
    return ours, theirs


def compare_exposure(both):
    ours = {
        (row["patient_id"], row["drug"]): tuple(row[name] for name in EXPOSURE)
        for row in both.ours.exposure.rows(named=True)
    }
    return ours, {
        key: tuple(one.get(name) for name in EXPOSURE) for key, one in both.exposure.items()
    }


def compare_exposure_summary(both):
    ours, theirs = {}, {}
    for row in both.ours.exposure_summary.rows(named=True):
        found = second.summarise_exposure(both.exposure, row["drug"])
        ours[row["drug"]] = tuple(row[name] for name in found)
        theirs[row["drug"]] = tuple(found.values())
    return ours, theirs


def compare_toxicity(both):
    ours = {
        one.patient_id: (one.state, one.date, one.followed_days)
        for one in both.ours.toxicity.patients
    }
    return ours, second.judge_toxicity(both.trial, both.courses, both.events)


def compare_looks(both):
    states = second.judge_toxicity(both.trial, both.courses, both.events)
    ours = {one.patients: (one.stop_at, one.least, one.most) for one in both.ours.toxicity.looks}
    looks = second.look_at_rule(both.trial, both.courses, states)
    return ours, {size: cells for size, *cells in looks}


def compare_printed(both):
    tables = build_safety_tables(both.ours, Days(None))
    of = len(both.courses)
    ours = {
        (table.number, number, row.label): tuple(cell.text for cell in row.cells)
        for table in tables
        if table.number in {"14.3.1", "14.3.2", "14.3.3", "14.3.9.1", "14.3.10.1"}
        for number, row in enumerate(table.rows)
        if row.cells
    }
    counted = {"14.3.1": second.count_overview(both.trial, both.emergent), "14.3.2": {}}
    for (_, system, term), cells in second.count_terms(both.emergent).items():
        counted["14.3.2"][term or system or "any event"] = (cells[0], cells[1], cells[-1])
    theirs = {}
    for number, place, label in ours:
        if number in counted:
            patients, severe, events = counted[number][find_label(label, counted[number])]
            cells = (show_share(patients, of), show_share(severe, of), str(events))
        elif number == "14.3.3":
            cells = print_attributed(both, label)
        elif number == "14.3.9.1":
            cells = print_worst(both, label)
        else:
            cells = print_quadrant(both, label)
        theirs[number, place, label] = cells
    return ours, theirs


def find_label(label, counted):
    return next(name for name in counted if name.lower() == label.lower())


def show_share(count, of):
    return f"{count} ({100 * count / of:.1f} %)"


def print_attributed(both, term):
    cells = []
    for name in (*(drug["name"] for drug in both.trial.drugs), both.trial.modality):
        related = [o for o in both.emergent if name in o["related"] and o["term"] == term]
        patients, severe, *_ = second.count_events(related)
        cells += [show_share(patients, len(both.courses)), show_share(severe, len(both.courses))]
    return tuple(cells)


def print_worst(both, label):
    bucket = "after ablation" if label.endswith(", after ablation") else "on treatment"
    term = label.removesuffix(", after ablation")
    grades = [
        grade
        for (_, test, place), (_, grade, _, _) in second.find_worst(both.samples).items()
        if (second.TERMS[test], place) == (term, bucket)
    ]
    severe = sum(grade >= 3 for grade in grades if grade is not None)
    by_grade = (str(grades.count(grade)) for grade in range(5))
    shown = (*by_grade, show_share(severe, len(grades)), str(grades.count(None)))
    return (str(len(grades)), *shown)


def print_quadrant(both, label):
    name = None if label.startswith("not known") else label
    peaks = second.find_peaks(both.samples, both.courses).values()
    kinds = ("", "without_", "corrected_", "corrected_without_")
    counts = (sum(one[kind][2] == name for one in peaks) for kind in kinds)
    return tuple(show_share(count, len(both.courses)) for count in counts)


COMPARED = [found for name, found in list(globals().items()) if name.startswith("compare_")]


@pytest.mark.parametrize("compare", COMPARED, ids=lambda one: one.__name__.removeprefix("compare_"))
def test_every_cell_agrees(both, compare):
    ours, theirs = compare(both)
    assert ours
    assert differ(ours, theirs) == {}
