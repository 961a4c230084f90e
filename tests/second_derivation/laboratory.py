"""Laboratory values by CTCAE 5.0: grades, worst grades, shifts."""

from __future__ import annotations

from collections import Counter, defaultdict

from second_derivation.events import days_after
from second_derivation.trial import window_end

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
