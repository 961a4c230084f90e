"""How a time point would read under a named mistake: the same rules, with one input changed.

A call made by a person is explained by asking which single change of what the rules are given
makes them say what he said: the baseline in place of the nadir, a missing lesion taken for gone.
The rules themselves are those of ``recist``; nothing of them is written down twice.

Source: RECIST 1.1 sections 4.3 and 4.4 for what is right; the mistakes are those that audits of
paper forms and public data sets show (``docs/decisions/008-readers.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse, TimePoint

MISREADINGS: dict[str, str] = {
    "relapse_not_progression": "disease that is back after a complete response was not called "
    "progression",
    "persistent_response": "the persistence of a partial response was read in the other way "
    "than the study states",
    "growth_under_5_mm": "growth of 20 % was called progression although it is under 5 mm",
    "growth_under_20_percent": "growth of 5 mm was called progression although it is under 20 %",
    "progression_from_baseline": "progression was judged against baseline instead of the nadir",
    "shrinkage_from_nadir": "response was judged against the nadir instead of baseline",
    "judged_from_previous": "the sum was judged against the scan before",
    "normal_nodes": "lymph nodes under 10 mm were not read as gone",
    "missing_lesion": "a lesion that was not read was left out or taken for read",
    "partial_sum_progression": "growth of the lesions that were read was not called because "
    "another lesion was missing",
    "read_as_missing": "called not evaluable although the lesions were read",
    "new_lesion_ignored": "a new lesion was left out of the overall response",
    "non_target_ignored": "the non-target lesions were left out of the overall response",
    "unrecorded_finding": "the call rests on a finding that no row of the data records",
    "category_not_used": "the criteria do not use this category here",
    "no_such_lesions": "a response was called for lesions that were not there at baseline",
    "before_treatment": "a response was called for a visit before treatment, which nothing is "
    "compared at",
    "patient_not_evaluable": "the patient cannot be evaluated from the measurements",
    "no_measurement": "there is no measurement behind the call",
    "not_called": "the visit was measured, and nobody called it",
    "other": "no single misreading explains the call",
}

_DOUBLING = 1024.0  # a power of two: sizes scale without a rounding error


class TargetsSeen(NamedTuple):
    """The target lesions of one time point, and what the scans before it left.

    ``sizes`` is the size in mm of each target lesion that counts (``nan``: not read); the
    course before holds the same of baseline and each earlier time point.
    """

    before: recist.State
    targets: recist.Targets
    sizes: Mapping[str, float]
    course: Sequence[Mapping[str, float]]
    nodes: frozenset[str]


def follow_targets(
    response: PatientResponse, scans: PatientScans, *, persistent: bool
) -> dict[str, TargetsSeen]:
    """Return what the rules were given about the targets at each visit after baseline.

    Parameters
    ----------
    response : PatientResponse
        One patient under one reading.
    scans : PatientScans
        The same patient's scans, which name the lymph nodes.
    persistent : bool
        As in ``response.persistent_partial_response``.

    Returns
    -------
    dict of str to TargetsSeen
        By visit; empty for a patient without a baseline.
    """
    if response.baseline is None:
        return {}
    nodes = frozenset(lesion.lesion_id for lesion in scans.lesions if lesion.lymph_node)
    course = [_sizes(response.baseline)]
    state = recist.start(_add_up(course[0], nodes), lesions=len(course[0]))
    seen = {}
    for number, point in enumerate(response.time_points, 1):
        sizes = _sizes(point)
        targets = _add_up(sizes, nodes)
        seen[point.visit] = TargetsSeen(state, targets, sizes, tuple(course), nodes)
        new = bool(point.new_lesions)
        state, _ = recist.step(state, number, targets, point.non_target, new, persistent)
        course.append(sizes)
    return seen


def _sizes(point: TimePoint) -> dict[str, float]:
    return {
        value.lesion_id: value.counted_mm for value in point.values if value.counted_mm is not None
    }


def _add_up(sizes: Mapping[str, float], nodes: frozenset[str]) -> recist.Targets:
    return recist.add_up_targets(list(sizes.values()), [name in nodes for name in sizes])


def misread_targets(seen: TargetsSeen, *, persistent: bool) -> Iterator[tuple[str, Response]]:
    """Yield each misreading with the target response that it leads to.

    Parameters
    ----------
    seen : TargetsSeen
        One time point, from :func:`follow_targets`.
    persistent : bool
        As in ``response.persistent_partial_response``.

    Yields
    ------
    tuple of str and Response
        A key of ``MISREADINGS`` and the call. The first that gives a person's call explains it:
        the smallest changes come first.
    """
    strict_or_not, _ = recist.read_targets(seen.before, seen.targets, not persistent)
    yield "persistent_response", strict_or_not
    for kind, state, targets in _changed(seen):
        for stays in (persistent, False):
            call, _ = recist.read_targets(state, targets, stays)
            if call == Response.PD or kind not in _ABOUT_GROWTH_ALONE:
                yield kind, call


_ABOUT_GROWTH_ALONE = {"growth_under_5_mm", "growth_under_20_percent"}


def _changed(seen: TargetsSeen) -> Iterator[tuple[str, recist.State, recist.Targets]]:
    state, targets = seen.before, seen.targets
    unrelapsed = state._replace(complete_response=False)
    yield "relapse_not_progression", unrelapsed, targets
    yield "growth_under_5_mm", *_scaled(state, targets)
    yield "growth_under_20_percent", *_above_nothing(state, targets)
    yield "progression_from_baseline", unrelapsed._replace(nadir_mm=state.baseline_mm), targets
    yield "shrinkage_from_nadir", state._replace(baseline_mm=state.nadir_mm), targets
    previous = _add_up(seen.course[-1], seen.nodes)
    if previous.missing == 0:
        last = previous.measured_mm
        yield "judged_from_previous", unrelapsed._replace(baseline_mm=last, nadir_mm=last), targets
    no_nodes = recist.add_up_targets(list(seen.sizes.values()), [False] * len(seen.sizes))
    yield "normal_nodes", state, no_nodes
    yield from _with_missing_lesions(seen)
    no_growth = unrelapsed._replace(nadir_mm=float("inf"))
    if targets.missing > 0:
        yield "partial_sum_progression", no_growth, targets
    yield "read_as_missing", no_growth, targets._replace(missing=targets.missing + 1)


def _scaled(state: recist.State, targets: recist.Targets) -> tuple[recist.State, recist.Targets]:
    """Scale all sizes up: what stays is the rule of 20 %, and 5 mm are always reached."""
    larger = state._replace(
        baseline_mm=_DOUBLING * state.baseline_mm, nadir_mm=_DOUBLING * state.nadir_mm
    )
    return larger, targets._replace(measured_mm=_DOUBLING * targets.measured_mm)


def _above_nothing(
    state: recist.State, targets: recist.Targets
) -> tuple[recist.State, recist.Targets]:
    """Take the nadir off all sums: above a nadir of 0 mm only the rule of 5 mm is left."""
    base = state.baseline_mm - state.nadir_mm
    growth = targets.measured_mm - state.nadir_mm
    return state._replace(baseline_mm=base, nadir_mm=0.0), targets._replace(measured_mm=growth)


def _with_missing_lesions(
    seen: TargetsSeen,
) -> Iterator[tuple[str, recist.State, recist.Targets]]:
    """Yield readings that make up for a lesion without a size, now or earlier."""
    kind, state, nodes = "missing_lesion", seen.before, seen.nodes
    if seen.targets.missing > 0:
        yield kind, state, seen.targets._replace(missing=0)
        yield kind, state, _add_up(_carried_forward(seen), nodes)
        alike = [name for name, size in seen.sizes.items() if not _is_nan(size)]
        yield kind, *_of_lesions(seen, alike)
    if _is_nan(state.baseline_mm):
        at_baseline = [name for name, size in seen.course[0].items() if not _is_nan(size)]
        yield kind, *_of_lesions(seen, at_baseline)
        return
    partial = [_add_up(sizes, nodes).measured_mm for sizes in seen.course if _any_read(sizes)]
    yield kind, state._replace(nadir_mm=min([state.nadir_mm, *partial])), seen.targets


def _carried_forward(seen: TargetsSeen) -> dict[str, float]:
    """Give each lesion without a size the last one that it had."""
    filled = dict(seen.sizes)
    for earlier in reversed(seen.course):
        for name, size in filled.items():
            if _is_nan(size):
                filled[name] = earlier.get(name, size)
    return filled


def _of_lesions(seen: TargetsSeen, names: Sequence[str]) -> tuple[recist.State, recist.Targets]:
    """Read the course again with these lesions alone, as if there were no other."""
    course = [{name: sizes.get(name, float("nan")) for name in names} for sizes in seen.course]
    state = recist.start(_add_up(course[0], seen.nodes), lesions=len(names))
    for number, sizes in enumerate(course[1:], 1):
        targets = _add_up(sizes, seen.nodes)
        state, _ = recist.step(state, number, targets, Response.NONE, False, False)
    now = {name: seen.sizes.get(name, float("nan")) for name in names}
    return state, _add_up(now, seen.nodes)


def _any_read(sizes: Mapping[str, float]) -> bool:
    return any(not _is_nan(size) for size in sizes.values())


def _is_nan(value: float) -> bool:
    return value != value  # noqa: PLR0124 - nan
