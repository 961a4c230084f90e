"""How a time point would read under a named mistake: the same rules, with one input changed.

A call made by a person is explained by asking which single change of what the rules are given
makes them say what he said: the baseline in place of the nadir, a missing lesion taken for gone.
The rules themselves are those of ``recist``; nothing of them is written down twice.

Source: RECIST 1.1 sections 4.3 and 4.4 for what is right; the mistakes are those that audits of
paper forms and public data sets show (``docs/decisions/008-readers.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response import recist
from trialwright.response.codes import Response
from trialwright.response.compare.targets_seen import add_up
from trialwright.response.readings import is_nan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.response.compare.targets_seen import Sizes, TargetsSeen

# Each is a guess at the cause: the call is as it would be if this had been done.
MISREADINGS: dict[str, str] = {
    "relapse_not_progression": "as if disease that is back after a complete response were no "
    "progression",
    "partial_sum_progression": "as if growth of the lesions that were read did not count while "
    "another lesion is missing",
    "persistent_response": "as if the persistence of a partial response had been read in the "
    "other way than the study states",
    "growth_under_5_mm": "as if growth of 20 % were progression although it is under 5 mm",
    "growth_under_20_percent": "as if growth of 5 mm were progression although it is under 20 %",
    "progression_from_baseline": "as if progression had been judged against baseline instead of "
    "the nadir",
    "shrinkage_from_nadir": "as if response had been judged against the nadir instead of baseline",
    "judged_from_previous": "as if the sum had been judged against the last complete one before it",
    "normal_nodes": "as if lymph nodes under 10 mm had not been read as gone",
    "missing_lesion": "as if a lesion that was not read had been left out or taken for read",
    "missing_lesion_before": "as if a lesion that was not read on an earlier scan had been left "
    "out or taken for read",
    "read_as_missing": "as if the lesions had not been read, although what was read makes a call",
    "new_lesion_not_called": "a new lesion that the data record was not called",
    "new_lesion_ignored": "as if a new lesion had been left out of the overall response",
    "non_target_progression_not_called": "progression of non-target lesions, or unequivocal "
    "progression of others, was not called in the non-target response",
    "non_target_ignored": "as if the non-target lesions had been left out of the overall response",
    "tumour_marker_ignored": "as if the tumour marker that is not normal had been left out",
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


def misread_targets(seen: TargetsSeen, *, persistent: bool) -> Iterator[tuple[str, Response]]:
    """Yield each misreading with the target response that it leads to.

    Parameters
    ----------
    seen : TargetsSeen
        One time point, from ``targets_seen.follow_targets``.
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
    no_growth = unrelapsed._replace(nadir_mm=float("inf"))
    yield "relapse_not_progression", unrelapsed, targets
    if targets.missing > 0:
        yield "partial_sum_progression", no_growth, targets
    yield "growth_under_5_mm", *_scaled(state, targets)
    yield "growth_under_20_percent", *_above_nothing(state, targets)
    yield "progression_from_baseline", unrelapsed._replace(nadir_mm=state.baseline_mm), targets
    yield "shrinkage_from_nadir", state._replace(baseline_mm=state.nadir_mm), targets
    last = _last_complete_sum(seen)
    if not is_nan(last):
        yield "judged_from_previous", unrelapsed._replace(baseline_mm=last, nadir_mm=last), targets
    # Whoever does not read such nodes as gone has called no complete response before either.
    yield "normal_nodes", unrelapsed, add_up(seen.sizes, frozenset())
    yield from _with_missing_lesions(seen)
    yield "read_as_missing", no_growth, targets._replace(missing=targets.missing + 1)


def _last_complete_sum(seen: TargetsSeen) -> float:
    """Return the last sum before this scan to which every target was read; nan if none."""
    sums = (add_up(sizes, seen.nodes) for sizes in reversed(seen.course))
    return next((one.measured_mm for one in sums if one.missing == 0), float("nan"))


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
    state, nodes = seen.before, seen.nodes
    kind = "missing_lesion"
    if seen.targets.missing > 0:
        yield kind, state, seen.targets._replace(missing=0)
        yield kind, state, add_up(_carried_forward(seen), nodes)
        yield kind, *_of_lesions(seen, _names_read(seen.sizes))
    kind = "missing_lesion_before"
    if is_nan(state.baseline_mm):
        yield kind, *_of_lesions(seen, _names_read(seen.course[0]))
        return
    partial = [add_up(sizes, nodes).measured_mm for sizes in seen.course if _names_read(sizes)]
    yield kind, state._replace(nadir_mm=min([state.nadir_mm, *partial])), seen.targets


def _carried_forward(seen: TargetsSeen) -> Sizes:
    """Give each lesion without a size the last one that it had."""
    filled = dict(seen.sizes)
    for earlier in reversed(seen.course):
        for name, size in filled.items():
            if is_nan(sum(size)):
                filled[name] = earlier.get(name, size)
    return filled


def _of_lesions(seen: TargetsSeen, names: Sequence[str]) -> tuple[recist.State, recist.Targets]:
    """Read the course again with these lesions alone, as if there were no other."""
    unread = (float("nan"),)
    course = [{name: sizes.get(name, unread) for name in names} for sizes in seen.course]
    state = recist.start(add_up(course[0], seen.nodes), lesions=len(names))
    for number, sizes in enumerate(course[1:], 1):
        targets = add_up(sizes, seen.nodes)
        state, _ = recist.step(state, number, targets, Response.NONE, False, False)
    now = {name: seen.sizes.get(name, unread) for name in names}
    return state, add_up(now, seen.nodes)


def _names_read(sizes: Sizes) -> list[str]:
    """Return the lesions with a size."""
    return [name for name, size in sizes.items() if not is_nan(sum(size))]
