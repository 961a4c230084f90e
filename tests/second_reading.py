"""RECIST 1.1 read a second time: lists of numbers and words, no rule shared with the engine.

Written from the guideline and the decision records before its writer had seen a line of the
response room. Days count from the first treatment; a missing size is ``nan``.

Source: RECIST 1.1 (Eisenhauer et al. 2009) sections 4.3, 4.4 and 4.6, tables 1 to 3, with the
erratum; decisions 003 and 004. That a PR confirms a CR as PR was added with decision 006.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, isnan, nan

WORDS = {"absent": 0.0, "too_small": 5.0}
BEFORE_PD = ("CR", "PR", "SD", "NON_CR_NON_PD")
TIE = 1e-9


@dataclass(frozen=True)
class Patient:
    """Values of each lesion by visit, the days, and ablations as (day, planned, complete)."""

    targets: dict
    non_targets: dict
    new: dict
    nodes: frozenset
    days: tuple
    late: dict  # days by which the scan of a lesion follows that of the visit
    ablated: dict
    new_therapy: int | None

    def scan_day(self, name, visit):
        return self.days[visit] + self.late.get((name, visit), 0)


def told(number):
    return None if isnan(number) else round(number, 6)


def policy_of(patient, rules, name):
    if name not in patient.ablated:
        return None
    planned = patient.ablated[name][1]
    return rules.planned_ablation if planned else rules.unplanned_local_therapy


def size_of(patient, rules, name, visit):
    if was_not_read(patient, visit):
        return nan  # whatever a policy would put in

    def seen(at):
        value = patient.targets[name][at]
        return WORDS.get(value, nan) if isinstance(value, str) or value is None else float(value)

    policy = policy_of(patient, rules, name)
    if policy is None or scan_or_visit_day(patient, name, visit) <= patient.ablated[name][0]:
        return seen(visit)
    if policy in ("not_evaluable", "censor"):
        return nan
    if policy == "zero":
        return 0.0 if patient.ablated[name][2] else seen(visit)
    if policy == "carry_forward":
        earlier = [v for v in range(visit) if patient.scan_day(name, v) <= patient.ablated[name][0]]
        return [seen(v) for v in earlier if not isnan(seen(v))][-1]
    return seen(visit)


def was_not_read(patient, visit):
    rows = {**patient.targets, **patient.non_targets, **patient.new}
    return all(course[visit] in ("not_evaluable", None) for course in rows.values())


def scan_or_visit_day(patient, name, visit):
    if patient.targets[name][visit] is None:
        return min(scan_days(patient, visit), default=patient.days[visit])
    return patient.scan_day(name, visit)


def scan_days(patient, visit, names=None):
    rows = {**patient.targets, **patient.non_targets, **patient.new}
    return [
        patient.scan_day(name, visit)
        for name in (rows if names is None else names)
        if rows[name][visit] is not None
    ]


def is_new(course, visit):
    if course[visit] == "equivocal":
        later = [word for word in course[visit + 1 :] if word in ("present", "absent")]
        return later[:1] == ["present"]
    return course[visit] == "present"


def read_target(sizes, nodes, past, persistent):
    """Return the target response of one scan; ``past`` is what the scans before it left."""
    if not sizes:
        return "NONE"
    read = {name: size for name, size in sizes.items() if not isnan(size)}
    left = any(size >= 10 - TIE if name in nodes else size > 0 for name, size in read.items())
    total, nadir = fsum(read.values()), past["nadir"]
    if left and (past["CR"] or (total - nadir >= 5 - TIE and total >= 1.2 * nadir - TIE)):
        return "PD"
    if len(read) < len(sizes):
        return "NE"
    if not left:
        return "CR"
    if total <= 0.7 * past["baseline"] + TIE or (persistent and past["responded"]):
        return "PR"
    return "SD"


def read_non_target(words, relapse):
    """Return the non-target response; after a complete response any disease is progression."""
    there = any(word in ("present", "increased") for word in words)
    if "unequivocal_progression" in words or (relapse and there):
        return "PD"
    if not words:
        return "NONE"
    if any(word in ("not_evaluable", None) for word in words):
        return "NE"
    return "NON_CR_NON_PD" if there else "CR"


def combine(target, non_target, new):
    """Read tables 1 and 2."""
    if new or "PD" in (target, non_target):
        return "PD"
    if target == "NONE":
        return "NE" if non_target == "NONE" else non_target
    return "PR" if target == "CR" and non_target not in ("CR", "NONE") else target


def date_scan(patient, rules, visit, call):
    """Return the day of a call: of a progression, that of the first scan that shows it."""
    if rules.time_point_date == "latest":
        return max(scan_days(patient, visit))
    shows = scan_days(patient, visit, call["new"])
    if call["target"] == "PD":
        shows.append(max(scan_days(patient, visit, call["counted"]), default=patient.days[visit]))
    if call["non_target"] == "PD":
        shows += [patient.days[visit]]
    return min(shows or scan_days(patient, visit))


def read_scans(patient, rules):
    """Return (visit, day, sum, nadir, target, non-target, new lesions, overall) of each scan."""
    counted = [n for n in patient.targets if policy_of(patient, rules, n) != "exclude"]
    baseline = fsum(patient.targets[name][0] for name in counted) if counted else nan
    past = {"baseline": baseline, "nadir": baseline, "CR": False, "responded": False}
    calls = []
    for visit in range(1, len(patient.days)):
        if not scan_days(patient, visit):
            continue
        sizes = {name: size_of(patient, rules, name, visit) for name in counted}
        total = fsum(sizes.values()) if sizes else nan
        target = read_target(sizes, patient.nodes, past, rules.persistent)
        words = [course[visit] for course in patient.non_targets.values()]
        non_target = read_non_target(words, past["CR"])
        new = tuple(name for name, course in patient.new.items() if is_new(course, visit))
        overall = combine(target, non_target, new)
        shown = {"target": target, "non_target": non_target, "new": new, "counted": counted}
        on = date_scan(patient, rules, visit, shown)
        sums = told(total), told(past["nadir"])
        calls.append((f"V{visit}", on, *sums, target, non_target, new, overall))
        past["CR"] = past["CR"] or overall == "CR"
        if target not in ("NE", "NONE"):
            past["responded"] = target in ("CR", "PR") or (past["responded"] and target != "PD")
        past["nadir"] = min(past["nadir"], total) if not isnan(total) else past["nadir"]
    return calls


def cut(calls, patient, rules):
    """Keep what counts: up to the first PD, and not after a new anticancer therapy."""
    ends = [patient.new_therapy] if patient.new_therapy is not None else []
    if rules.unplanned_local_therapy == "censor":
        ends += [on for on, planned, _ in patient.ablated.values() if not planned]
    kept = []
    for _, on, _, _, target, _, _, overall in calls:
        if ends and on > min(ends):
            break
        kept.append((on, target, overall))
        if overall == "PD":
            break
    return kept


def is_confirmed(kept, at, rules, wanted):
    """Read table 3 with its knobs: a later scan confirms, and little lies between."""
    first = kept[at][0]
    enough = ("CR",) if wanted == "CR" else ("CR", "PR")
    between = []
    for on, _, later in kept[at + 1 :]:
        if later in enough and on - first >= rules.interval_days:
            stable = between.count("SD") <= rules.allowed_stable and wanted == "PR"
            return between.count("NE") <= rules.allowed_not_evaluable and (
                stable or "SD" not in between
            )
        if later not in (*enough, "NE", "SD"):
            return False
        between.append(later)
    return False


def best_of(kept, rules, *, confirm):
    """Return the best response and its day."""
    for wanted in ("CR", "PR"):
        for at, (on, _, response) in enumerate(kept):
            if response in ("CR", wanted) and (
                not confirm or is_confirmed(kept, at, rules, wanted)
            ):
                return wanted, on
    for on, target, response in kept:
        if response in BEFORE_PD and on >= rules.minimum_stable_days:
            return ("SD" if target != "NONE" else "NON_CR_NON_PD"), on
    return next((("PD", on) for on, _, response in kept if response == "PD"), ("NE", None))
