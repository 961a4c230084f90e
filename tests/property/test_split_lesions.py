"""Laws of lesions that split: what may never matter, and what a fragment never is.

Source: RECIST 1.1 (Eisenhauer et al. 2009) §4.3.2, ``shared/reference/domain.md`` §3.2.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from drawn_courses import RULES, SIZE, UNCERTAIN, courses, tell
from trialwright.response import Response, assess_patient


@st.composite
def split_scans(draw, course, *, whole=False):
    """Write a course in which a lesion consists of fragments from some scan on.

    ``whole``: every later size is shared out among the fragments, and nothing else changes.
    """
    scans = course.scans()
    name = draw(st.sampled_from(sorted(course.targets)))
    since = draw(st.integers(1, len(course.days) - 1))
    pieces = [f"{name}.{n}" for n in range(1, draw(st.integers(2, 3)) + 1)]
    # A lesion splits while it is there: fragments that nobody ever saw stand for nothing.
    assume(not whole or course.targets[name][since] > 0)
    kept = [r for r in scans.readings if r.lesion_id != name or int(r.visit[1:]) < since]
    for reading in scans.readings:
        if reading.lesion_id == name and int(reading.visit[1:]) >= since:
            for piece, size in zip(pieces, share(draw, reading, len(pieces), whole), strict=True):
                if size != "no row":
                    kept.append(replace(reading, lesion_id=piece, diameter_mm=size, state=None))
    (parent,) = [lesion for lesion in scans.lesions if lesion.lesion_id == name]
    fragments = tuple(replace(parent, lesion_id=piece, split_from=name) for piece in pieces)
    return replace(scans, lesions=(*scans.lesions, *fragments), readings=tuple(kept))


def share(draw, reading, many, whole):
    if not whole:
        return [draw(st.one_of(SIZE, st.none(), st.just("no row"))) for _ in range(many)]
    halves = int(2 * reading.diameter_mm)
    cuts = sorted(draw(st.lists(st.integers(0, halves), min_size=many - 1, max_size=many - 1)))
    return [(high - low) / 2 for low, high in pairwise([0, *cuts, halves])]


HALVES = st.integers(0, 90).map(lambda n: n / 2)  # sums of halves are exact


@given(courses(min_targets=1, new=UNCERTAIN, size=HALVES, word=HALVES), RULES, st.data())
def test_fragments_that_add_up_to_the_lesion_change_no_call(course, rules, data):
    # Fragments of a node are normal each for itself, so nodes are no case of this law.
    course = replace(course, nodes=frozenset())
    split = data.draw(split_scans(course, whole=True))
    assert tell(assess_patient(split, rules)) == tell(assess_patient(course.scans(), rules))


@given(courses(min_targets=1, new=UNCERTAIN), RULES, st.data())
def test_order_and_names_of_fragments_never_matter(course, rules, data):
    scans = data.draw(split_scans(course))
    names = [lesion.lesion_id for lesion in scans.lesions]
    new_name = dict(zip(names, data.draw(st.permutations(names)), strict=True))
    mixed = replace(
        scans,
        lesions=tuple(
            replace(
                one,
                lesion_id=new_name[one.lesion_id],
                split_from=new_name.get(one.split_from),
            )
            for one in data.draw(st.permutations(scans.lesions))
        ),
        readings=tuple(
            replace(one, lesion_id=new_name[one.lesion_id])
            for one in data.draw(st.permutations(scans.readings))
        ),
    )
    expected = tell(assess_patient(scans, rules), new_name)
    assert tell(assess_patient(mixed, rules)) == expected


@given(courses(min_targets=1, new=UNCERTAIN), RULES, st.data())
def test_a_fragment_is_never_a_target_and_never_new(course, rules, data):
    scans = data.draw(split_scans(course))
    fragments = {one.lesion_id for one in scans.lesions if one.split_from}
    response = assess_patient(scans, rules)
    for point in (response.baseline, *response.time_points):
        counted = {v.lesion_id for v in point.values if v.counted_mm is not None}
        assert counted == set(course.targets)
        assert not fragments & set(point.new_lesions)


@given(courses(min_targets=1, new=UNCERTAIN, size=HALVES, word=HALVES), RULES, st.data())
def test_a_fragment_that_is_no_longer_read_never_improves_the_call(course, rules, data):
    scans = data.draw(split_scans(course, whole=True))
    last = f"V{len(course.days) - 1}"
    seen = {r.lesion_id for r in scans.readings if r.visit != last and r.diameter_mm}
    pieces = [r for r in scans.readings if r.visit == last and "." in r.lesion_id]
    hidden = [r for r in pieces if r.lesion_id in seen or r.diameter_mm == 0]
    assume(hidden)
    lost = data.draw(st.sampled_from(hidden))
    less = replace(scans, readings=tuple(r for r in scans.readings if r is not lost))
    (before,) = (p for p in assess_patient(scans, rules).time_points if p.visit == last)
    (after,) = (p for p in assess_patient(less, rules).time_points if p.visit == last)
    if lost.lesion_id in seen:
        assert after.target in (Response.NE, Response.PD)
        assert after.target == Response.NE or before.target == Response.PD
    else:  # what was never seen is no piece
        assert (after.target, after.sum_mm) == (before.target, before.sum_mm)
