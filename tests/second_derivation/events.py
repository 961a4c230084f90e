"""Adverse events: windows, attribution, counts."""

from __future__ import annotations

from collections import Counter, defaultdict

from second_derivation.trial import split_words, window_end


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
