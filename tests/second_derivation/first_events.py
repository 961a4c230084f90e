"""First events: rate by time at risk, cumulative incidence."""

from __future__ import annotations

from math import exp, isclose, log, sqrt
from statistics import median

from scipy.stats import chi2, norm

from second_derivation.trial import window_end


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
