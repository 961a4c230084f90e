"""The safety tables of the worked study derived a second time, from the rows of its files alone.

Written from docs/safety, decisions 020 to 022 and CTCAE before its writer had seen a line of the
rooms ``safety`` and ``analysis.safety``; no rule is shared with them. Plain lists and dates, one
function a table. It knows what virtual patients hold: whole dates, no ``<`` and ``>``, known units.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from math import exp, isclose, log, sqrt
from pathlib import Path
from statistics import median

from scipy.stats import beta, chi2, norm

TESTS = {
    "ALT": "alanine aminotransferase",
    "AST": "aspartate aminotransferase",
    "ALP": "alkaline phosphatase",
    "Bilirubin": "bilirubin",
    "Creatinine": "creatinine",
    "Neutrophils": "neutrophils",
    "Platelets": "platelets",
}
TERMS = {
    "ALT": "Alanine aminotransferase increased",
    "AST": "Aspartate aminotransferase increased",
    "ALP": "Alkaline phosphatase increased",
    "Bilirubin": "Blood bilirubin increased",
    "Creatinine": "Creatinine increased",
    "Neutrophils": "Neutrophil count decreased",
    "Platelets": "Platelet count decreased",
}
# CTCAE 5.0: multiples above which each grade begins, of the upper limit or of a high baseline.
OF_LIMIT = {"ALT": (1, 3, 5, 20), "AST": (1, 3, 5, 20), "ALP": (1, 2.5, 5, 20)}
OF_LIMIT |= {"Bilirubin": (1, 1.5, 3, 10)}
OF_BASELINE = {"ALT": (1.5, 3, 5, 20), "AST": (1.5, 3, 5, 20), "ALP": (2, 2.5, 5, 20)}
OF_BASELINE |= {"Bilirubin": (1, 1.5, 3, 10)}
FIRST_INCLUDED = ("ALT", "AST", "ALP")  # "1.5 - 3.0 x baseline" begins at 1.5
FALLING = {"Neutrophils": (1.5, 1.0, 0.5), "Platelets": (75, 50, 25)}
HEPATIC_CAUSES = ("biloma", "bile duct", "cholangitis", "hepatic abscess", "liver abscess")
QUADRANTS = {
    (False, False): "normal or near normal",
    (True, False): "Temple's corollary",
    (False, True): "hyperbilirubinaemia",
    (True, True): "potential Hy's law",
}


# The files


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
    tables = {path.stem: read_rows(path) for path in sorted(Path(folder).glob("*.csv"))}
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


# The course of treatment


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


# Adverse events


def read_events(trial, courses):
    """Judge each event: emergent or not and on what, attribution, special interest, phase."""
    events = [row for row in trial.tables["adverse_events"] if row["patient_id"] in courses]
    return [row | judge_event(trial, courses[row["patient_id"]], row) for row in events]


def judge_event(trial, course, row):
    safety, onset = trial.safety, row["start_date"]
    long = row["serious"] == "Y" or row["immune_related"] == "Y"
    days = safety["emergent_days_serious"] if long else safety["emergent_days"]
    named = split_words(row["related_to"])
    related = [one for one in (*course.doses, trial.modality) if one in named]
    on = []
    for drug in course.doses:
        given = course.given(drug)
        if given and given[0] <= onset <= window_end(course, given[-1], days):
            on.append(drug)
    after = days_after(course.every_ablation, onset)
    after_planned = days_after(course.ablations, onset)
    if after_planned is not None and after_planned <= safety["procedure_days"]:
        on.append(trial.modality)
    return {
        "onset": onset,
        "emergent": course.first <= onset <= window_end(course, course.treatment_days[-1], days),
        "emergent_on": on,
        "related": related,
        "assessed": row["related_to"] is not None,
        "interest": [one["name"] for one in trial.groups if belongs(one, row, related, trial)],
        "after_ablation": after,
        "phase": phase_of(after, trial.modality in related, safety["procedure_days"]),
        "led_to": [
            one for one in split_words(row.get("actions")) if not one.endswith(": unchanged")
        ],
        "fatal": row["grade"] == 5 or row["outcome"] == "fatal",
    }


def days_after(ablations, day):
    return min(((day - one).days for one in ablations if one <= day), default=None)


def belongs(group, row, related, trial):
    needs = group.get("needs")
    if needs == "immune":
        return row["immune_related"] == "Y"
    known = row["term"].lower() in group["terms"]
    return known and (needs != "ablation" or trial.modality in related)


def phase_of(after, attributed, procedure_days):
    if after is None or (after > procedure_days and not attributed):
        return None
    return "immediate" if after <= 1 else "periprocedural" if after <= procedure_days else "delayed"


def count_events(events):
    """Count patients, severe patients, patients by worst grade, and events."""
    worst = defaultdict(int)
    for one in events:
        worst[one["patient_id"]] = max(worst[one["patient_id"]], one["grade"])
    grades = Counter(worst.values())
    severe = sum(grade >= 3 for grade in worst.values())
    return (len(worst), severe, *(grades[grade] for grade in range(1, 6)), len(events))


def count_terms(events):
    """Table 14.3.2, or 14.3.3 of the events of one treatment: counts by class and by term."""
    found = {("any", None, None): count_events(events)}
    for system in {one["body_system"] for one in events}:
        inside = [one for one in events if one["body_system"] == system]
        found["body system", system, None] = count_events(inside)
        for term in {one["term"] for one in inside}:
            found["term", system, term] = count_events([o for o in inside if o["term"] == term])
    return found


def count_overview(trial, events):
    """Table 14.3.1: patients, severe patients and events of each line."""
    treatments = [drug["name"] for drug in trial.drugs] + [trial.modality]
    lines = {
        "any event": lambda one: True,  # noqa: ARG005
        "serious": lambda one: one["serious"] == "Y",
        "fatal": lambda one: one["fatal"],
        "related to none of them": lambda one: one["assessed"] and not one["related"],
        "not assessed": lambda one: not one["assessed"],
        "marked immune-related": lambda one: one["immune_related"] == "Y",
    }
    for name in treatments:
        lines[f"related to {name}"] = lambda one, name=name: name in one["related"]
        for deed in ("interrupted", "reduced", "delayed", "stopped"):
            if name != trial.modality or deed in {"delayed", "stopped"}:
                what = f"{name}: {deed}"
                lines[f"{name} {deed}"] = lambda one, what=what: what in one["led_to"]
    for group in trial.groups:
        lines[group["name"]] = lambda one, name=group["name"]: name in one["interest"]
    counted = {name: count_events([o for o in events if says(o)]) for name, says in lines.items()}
    return {name: (count[0], count[1], count[-1]) for name, count in counted.items()}


# First events: rate by time at risk, cumulative incidence


def find_first_events(trial, courses, events):
    """Table 14.3.5: of each group, who had it when, and the days at risk of the others."""
    groups = {
        "Any event": events,
        "Any severe event": [one for one in events if one["grade"] >= 3],
    }
    for group in trial.groups:
        name = group["name"]
        groups[name.capitalize()] = [one for one in events if name in one["interest"]]
    return {
        name: measure_risk(trial, courses, chosen, only_immune=name == "Immune-related")
        for name, chosen in groups.items()
    }


def measure_risk(trial, courses, events, *, only_immune=False):
    window = trial.safety["emergent_days_serious" if only_immune else "emergent_days"]
    firsts = {}
    for one in events:
        patient = one["patient_id"]
        firsts[patient] = min(firsts.get(patient, one["onset"]), one["onset"])
    onsets, rated, at_risk, times = [], 0, 0, []
    for patient, course in courses.items():
        end = window_end(course, course.treatment_days[-1], window)
        end = min(day for day in (end, course.death, course.contact) if day)
        first = firsts.get(patient)
        counted = first if first and first <= end else None
        rated += counted is not None
        at_risk += ((counted or end) - course.first).days + 1
        if first:
            onsets.append(((first - course.first).days + 1) / trial.days_per_month)
        times.append(first_of(course, first))
    months = at_risk / trial.days_per_month
    return {
        "patients": len(onsets),
        "months": months,
        "median": median(onsets) if onsets else None,
        "rate": (100 * rated / months, *poisson_interval(rated, months / 100)),
        "times": [(days / trial.days_per_month, kind) for days, kind in times],
    }


def first_of(course, first):
    """Return the days to what came first, and its kind: 1 the event, 2 the end of treatment."""
    ends = [(day - course.first).days + 1 for day in (course.end, course.death) if day]
    days = first and (first - course.first).days + 1
    if first and days <= min(ends, default=days):
        return days, 1
    if ends:
        return min(ends), 2
    return (course.contact - course.first).days + 1, 0


def poisson_interval(events, time, level=0.95):
    """Return the exact interval of a rate (Garwood 1936)."""
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return low / time, float(chi2.ppf(1 - tail, 2 * events + 2)) / 2 / time


def incidence_by(times, month, level=0.95):
    """Return the cumulative incidence of kind 1 (2 competes, 0 is censored) with its interval.

    Aalen and Johansen; variance as in R cmprsk (Gray 1988); interval on the scale log(-log).
    """
    free, incidence, steps = 1.0, 0.0, []
    for time in sorted({time for time, kind in times if kind and time <= month}):
        at_risk = sum(t >= time for t, _ in times)
        ends = [sum(t == time and kind == one for t, kind in times) for one in (1, 2)]
        incidence += free * ends[0] / at_risk
        after = free * (1 - sum(ends) / at_risk)
        steps.append((free, after, at_risk, ends, incidence))
        free = after
    if incidence == 0 or isclose(incidence, 1):
        return incidence, None, None
    variance = sum(variance_of(step, incidence) for step in steps)
    width = norm.ppf((1 + level) / 2) * sqrt(variance) / abs(incidence * log(incidence))
    return incidence, *(exp(log(incidence) * exp(sign * width)) for sign in (1, -1))


def variance_of(step, incidence):
    free, after, at_risk, ends, here = step
    drop = (here - incidence) / after if after > 1e-12 else 0.0
    return sum(
        (direct + drop) ** 2
        * (free / at_risk) ** 2
        * count
        * (1 - (count - 1) / max(at_risk - 1, 1))
        for direct, count in zip((1, 0), ends, strict=True)
        if count
    )


# Laboratory


def read_samples(trial, courses):
    """Grade each laboratory value by CTCAE 5.0, against its limits and its baseline."""
    samples = [row for row in trial.tables["labs"] if row["patient_id"] in courses]
    baselines = {}
    for row in sorted(samples, key=lambda row: row["sample_date"]):
        if row["sample_date"] <= courses[row["patient_id"]].first:
            baselines[row["patient_id"], row["test"]] = row
    graded = []
    for row in samples:
        course = courses[row["patient_id"]]
        baseline = baselines.get((row["patient_id"], row["test"]))
        graded.append(row | judge_sample(trial, course, row, baseline))
    return graded


def judge_sample(trial, course, row, baseline):
    day = row["sample_date"]
    end = window_end(course, course.treatment_days[-1], trial.safety["emergent_days"])
    after = days_after(course.every_ablation, day)
    return {
        "baseline": baseline and baseline["value"],
        "is_baseline": baseline is row,
        "baseline_grade": baseline and grade_value(baseline, baseline),
        "grade": grade_value(row, baseline),
        "multiple": row["value"] / row["upper_limit"],
        "corrected": baseline and row["value"] / max(row["upper_limit"], baseline["value"]),
        "after_treatment": day > course.first,
        "on_treatment": course.first < day <= end,
        "procedural": day > course.first
        and after is not None
        and after <= trial.safety["ablation_rise_days"],
    }


def grade_value(row, baseline):
    """Return the grade of a value; none for a test that CTCAE does not grade."""
    test, value, limit = row["test"], row["value"], row["upper_limit"]
    if test in FALLING:
        return sum(below(value, bound) for bound in (row["lower_limit"], *FALLING[test]))
    if test == "Creatinine":
        return grade_creatinine(value, limit, baseline and baseline["value"])
    if test not in OF_LIMIT:
        return None
    if baseline and baseline["value"] > baseline["upper_limit"]:
        first, *others = (multiple * baseline["value"] for multiple in OF_BASELINE[test])
        reached = not below(value, first) if test in FIRST_INCLUDED else below(first, value)
        return reached + sum(below(bound, value) for bound in others)
    return sum(below(multiple * limit, value) for multiple in OF_LIMIT[test])


def grade_creatinine(value, limit, baseline):
    grades = [(4, 6 * limit), (3, 3 * limit), (2, 1.5 * limit), (1, limit)]
    if baseline is not None:
        grades += [(3, 3 * baseline), (2, 1.5 * baseline)]
    if baseline is None and not below(limit, value):
        return None  # it may be 1.5 times a lower baseline
    return max((grade for grade, bound in grades if below(bound, value)), default=0)


def below(one, other):
    """Return whether one number lies below another, in 15 significant digits."""
    return float(f"{one:.15g}") < float(f"{other:.15g}")


def find_worst(samples):
    """Table 14.3.9.1 by patient: worst grade of a test, with values in days after an ablation."""
    found = defaultdict(list)
    for row in samples:
        if row["on_treatment"] and row["test"] in TERMS:
            bucket = "after ablation" if row["procedural"] else "on treatment"
            found[row["patient_id"], row["test"], bucket].append(row)
    worst = {}
    for key, rows in found.items():
        graded = [row for row in rows if row["grade"] is not None]
        top = min(graded, key=lambda row: (-row["grade"], row["sample_date"]), default=None)
        grade, day = (top["grade"], top["sample_date"]) if top else (None, None)
        worst[key] = (rows[0]["baseline_grade"], grade, day, len(rows))
    return worst


def count_shifts(worst):
    """Table 14.3.9.2: patients by test, bucket, grade at baseline and worst grade."""
    return Counter(
        (test, bucket, baseline, grade)
        for (_, test, bucket), (baseline, grade, _, _) in worst.items()
    )


# Liver


def find_hys_law(trial, samples):
    """Table 14.3.10: the candidates, each with its bucket and its first pair."""
    by_patient = defaultdict(list)
    for row in samples:
        if row["after_treatment"]:
            by_patient[row["patient_id"]].append(row)
    return [one for patient, rows in by_patient.items() for one in episodes(trial, patient, rows)]


def episodes(trial, patient, rows):
    pairs = find_pairs(rows, trial.safety["liver_window_days"])
    explained = [ablations_before(trial, patient, *pair) for pair in pairs]
    found = []
    for procedural in (False, True):
        last = None
        for pair, why in zip(pairs, explained, strict=True):
            if bool(why) != procedural:
                continue
            rise = pair[0]["sample_date"]
            if last is None or (rise - last).days > trial.safety["liver_window_days"]:
                found.append((patient, name_bucket(trial, patient, rows, pair, why), *pair))
                last = pair[1]["sample_date"]
            last = max(last, pair[1]["sample_date"])
    return sorted(found, key=lambda one: (one[2]["sample_date"], one[3]["sample_date"]))


def find_pairs(rows, window):
    highs = [r for r in rows if r["test"] in {"ALT", "AST"} and not below(r["multiple"], 3)]
    yellow = [r for r in rows if r["test"] == "Bilirubin" and not below(r["multiple"], 2)]
    pairs = [
        (high, bilirubin)
        for high in highs
        for bilirubin in yellow
        if 0 <= (bilirubin["sample_date"] - high["sample_date"]).days <= window
    ]

    def order(pair):
        return pair[0]["sample_date"], pair[1]["sample_date"], -pair[0]["multiple"]

    return sorted(pairs, key=order)


def ablations_before(trial, patient, high, bilirubin):
    longest = trial.safety["ablation_explains_days"]
    return [
        row
        for row in rows_of(trial, "ablations", patient)
        for sample in (high, bilirubin)
        if 0 <= (sample["sample_date"] - row["ablation_date"]).days <= longest
    ]


def name_bucket(trial, patient, rows, pair, ablated):
    high, bilirubin = pair
    if ablated:
        return "procedural"
    until = bilirubin["sample_date"] + timedelta(trial.safety["liver_window_days"])
    if progressed_in_liver(trial, patient, until) or has_other_cause(trial, patient, pair):
        return "other cause"
    phosphatase = [row for row in rows if row["test"] == "ALP"]
    between = [
        row
        for row in phosphatase
        if high["sample_date"] <= row["sample_date"] <= bilirubin["sample_date"]
    ]
    if not between:
        distance = lambda row: abs((row["sample_date"] - high["sample_date"]).days)  # noqa: E731
        nearest = min(map(distance, phosphatase), default=0)
        if nearest <= trial.safety["liver_window_days"]:
            between = [row for row in phosphatase if distance(row) == nearest]
    if not between:
        return "not known"
    return "every condition" if max(r["multiple"] for r in between) < 2 else "cholestatic"


def progressed_in_liver(trial, patient, until):
    liver = {r["lesion_id"]: r for r in rows_of(trial, "lesions", patient) if r["organ"] == "liver"}
    return any(
        row["scan_date"] <= until
        and (
            row["state"] in {"increased", "unequivocal_progression"}
            or (liver[row["lesion_id"]]["role"] == "new" and row["state"] != "equivocal")
        )
        for row in rows_of(trial, "measurements", patient)
        if row["lesion_id"] in liver
    )


def has_other_cause(trial, patient, pair):
    since = pair[0]["sample_date"] - timedelta(trial.safety["liver_window_days"])
    return any(
        any(word in row["term"].lower() for word in HEPATIC_CAUSES)
        and row["start_date"] <= pair[1]["sample_date"]
        and (row["end_date"] is None or row["end_date"] >= since)
        for row in rows_of(trial, "adverse_events", patient)
    )


def find_peaks(samples, patients):
    """Table 14.3.11 by patient: multiples at the peaks and quadrant, in four readings."""
    found = {}
    for patient in patients:
        mine = [r for r in samples if r["patient_id"] == patient and r["after_treatment"]]
        quiet = [row for row in mine if not row["procedural"]]
        found[patient] = {
            "": peak_point(mine, "multiple"),
            "corrected_": peak_point(mine, "corrected"),
            "without_": peak_point(quiet, "multiple"),
            "corrected_without_": peak_point(quiet, "corrected"),
        }
    return found


def peak_point(rows, by):
    transaminase = highest(row[by] for row in rows if row["test"] in {"ALT", "AST"})
    bilirubin = highest(row[by] for row in rows if row["test"] == "Bilirubin")
    if transaminase is None or bilirubin is None:
        return transaminase, bilirubin, None
    return transaminase, bilirubin, QUADRANTS[not below(transaminase, 3), not below(bilirubin, 2)]


def highest(values):
    return max((value for value in values if value is not None), default=None)


# Exposure


def measure_exposure(trial, courses):
    """Table 14.1.6 by patient and drug."""
    return {
        (patient, drug["name"]): measure_drug(trial, drug, course.doses[drug["name"]])
        for patient, course in courses.items()
        for drug in trial.drugs
    }


def measure_drug(trial, drug, doses):
    given = [day for day, dose in doses.items() if dose > 0]
    if not given:
        return {"cumulative_mg": 0.0, "doses_given": 0, "relative_dose_intensity": None}
    first, last = given[0], given[-1]
    starts = cycle_starts(doses, first, last, drug["cycle_days"], drug["days_given"])
    so_far = (last - starts[-1]).days + 1
    expected = (starts[-1] - first).days * drug["days_given"] / drug["cycle_days"]
    expected += min(so_far, drug["days_given"])
    duration = (last - first).days + 1
    if trial.safety["rest_days_count"] and so_far >= drug["days_given"]:
        duration += max(drug["cycle_days"] - so_far, 0)
    gaps = [gap for gap in find_gaps(given, starts, drug) if gap]
    amounts = [doses[day] for day in given]
    return {
        "first_dose": first,
        "last_dose": last,
        "duration_days": duration,
        "doses_given": len(given),
        "cumulative_mg": sum(amounts),
        "planned_mg": expected * drug["dose_mg"],
        "relative_dose_intensity": sum(amounts) / (expected * drug["dose_mg"]),
        "dose_intensity_mg_per_week": sum(amounts) / duration * 7,
        "interruptions": sum(gap >= trial.safety["interruption_days"] for gap in gaps),
        "days_left_out": sum(gaps),
        "longest_gap_days": max(gaps, default=0),
        "reductions": sum(b < a for a, b in pairwise(amounts)),
        "lowest_dose_mg": min(amounts),
    }


def cycle_starts(doses, first, last, cycle_days, days_given):
    """Return the first day of each cycle, from the first dose to the last."""
    starts, before = [first], first
    for day, dose in doses.items():
        if not first < day <= last:
            continue
        place = (day - starts[-1]).days
        broken = place >= days_given and dose > 0 and doses.get(day - timedelta(1), 0) == 0
        if place >= cycle_days or (broken and before < day):
            starts.append(day)
        before = day
    return starts


def find_gaps(given, starts, drug):
    """Return the days on which the drug was due between each dose and the next."""
    for one, other in pairwise(given):
        due = 0
        for day in days_between(one, other)[1:-1]:
            start = max(start for start in starts if start <= day)
            place = (day - start).days
            if drug["days_given"] == 1:
                due += place == 0 or place >= drug["cycle_days"] or due > 0
            else:
                due += place < drug["days_given"] or place >= drug["cycle_days"]
        yield due


def summarise_exposure(exposure, drug):
    """Table 14.1.6: medians and counts of one drug."""
    rows = [one for (_, name), one in exposure.items() if name == drug and one["doses_given"]]
    intensity = sorted(one["relative_dose_intensity"] for one in rows)
    return {
        "given": len(rows),
        "duration_median": median(one["duration_days"] for one in rows),
        "cumulative_mg_median": median(one["cumulative_mg"] for one in rows),
        "doses_median": median(one["doses_given"] for one in rows),
        "intensity_q1": quantile(intensity, 0.25),
        "intensity_median": median(intensity),
        "intensity_q3": quantile(intensity, 0.75),
        "below_70": sum(one < 0.7 for one in intensity),
        "below_80": sum(one < 0.8 for one in intensity),
        "reduced": sum(one["reductions"] > 0 for one in rows),
        "interrupted": sum(one["interruptions"] > 0 for one in rows),
    }


def quantile(values, share):
    """Return R's quantile of type 7."""
    place = share * (len(values) - 1)
    whole = int(place)
    above = values[min(whole + 1, len(values) - 1)]
    return values[whole] + (place - whole) * (above - values[whole])


# Unacceptable toxicity


def judge_toxicity(trial, courses, events):
    """Table 16.2.8: of each patient the state, the day and the days followed."""
    return {
        patient: judge_patient(trial, course, [e for e in events if e["patient_id"] == patient])
        for patient, course in courses.items()
    }


def judge_patient(trial, course, events):
    window = trial.safety["toxicity_window_days"]
    last = course.first + timedelta(window)
    severe = [
        one
        for one in events
        if one["grade"] >= trial.safety["unacceptable_grade"]
        and course.first <= one["onset"] <= last
    ]
    certain = [
        one["onset"]
        for one in severe
        if one["immune_related"] == "Y" or trial.modality in one["related"]
    ]
    unclear = [one["onset"] for one in severe if not one["assessed"]]
    if course.death is not None and course.first <= course.death <= last:
        unclear.append(course.death)  # no virtual death has a cause on file
    followed = min(
        window, (min(d for d in (course.death, course.contact) if d) - course.first).days
    )
    if certain:
        return "event", min(certain), followed
    if unclear:
        return "undecided", min(unclear), followed
    return ("none" if followed >= window else "inside window"), None, followed


def look_at_rule(trial, courses, states):
    """Table 14.3.13: at each look the bound, the toxicities, and those that may still come."""
    order = sorted(courses, key=lambda patient: (courses[patient].first, patient))
    every = trial.safety["toxicity_look_every"]
    looks = []
    for size in sorted({*range(every, len(order) + 1, every), len(order)}):
        inside = [states[patient][0] for patient in order[:size]]
        least = inside.count("event")
        open_ones = inside.count("inside window") + inside.count("undecided")
        looks.append((size, stop_at(trial, size), least, least + open_ones))
    return looks


def stop_at(trial, size):
    limit, bound = trial.safety["highest_toxicity_rate"], trial.safety["toxicity_stop_probability"]
    stops = (n for n in range(size + 1) if beta.sf(limit, 1 + n, 1 + size - n) > bound)
    return next(stops, None)


def close(one, other):
    """Return whether two cells are the same: both missing, or equal to 12 digits."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
