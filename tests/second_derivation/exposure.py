"""Exposure by patient and drug, and its summary."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from statistics import median

from second_derivation.trial import days_between


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
