"""Candidates of Hy's law and the quadrants of eDISH."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from second_derivation.laboratory import below
from second_derivation.trial import rows_of

HEPATIC_CAUSES = ("biloma", "bile duct", "cholangitis", "hepatic abscess", "liver abscess")


QUADRANTS = {
    (False, False): "normal or near normal",
    (True, False): "Temple's corollary",
    (False, True): "hyperbilirubinaemia",
    (True, True): "potential Hy's law",
}


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
    """Table 14.3.10.1 by patient: multiples at the peaks and quadrant, in four readings."""
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
