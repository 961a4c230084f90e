"""Unacceptable toxicity, and what the stopping rule says."""

from __future__ import annotations

from datetime import timedelta

from scipy.stats import beta


def judge_toxicity(trial, courses, events):
    """Table 14.3.13.1: of each patient the state, the day and the days followed."""
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
