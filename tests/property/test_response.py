"""Laws of reading scans: what may never matter, what may only make a call worse, and a second
reading of the target rules in whole tenths of a millimetre.

Source of the laws: RECIST 1.1 (Eisenhauer et al. 2009), ``shared/reference/domain.md`` §3.3 to
§3.6 and the metamorphic set of ``shared/reference/peers.md`` §6.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate, pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from drawn_courses import (
    FIRST_TREATMENT,
    GAPS,
    NON_TARGET,
    RULES,
    SIZE,
    UNCERTAIN,
    WORD,
    courses,
    tell,
    tell_point,
)
from trialwright.response import BestRules, Response, assess_patient, best_response
from trialwright.response.best import confirmed_at

# --- What may never matter


@given(courses(new=UNCERTAIN), RULES, st.randoms(use_true_random=False))
def test_order_of_readings_and_lesions_never_matters(course, rules, random):
    scans = course.scans()
    lesions, readings = list(scans.lesions), list(scans.readings)
    random.shuffle(lesions)
    random.shuffle(readings)
    mixed = replace(scans, lesions=tuple(lesions), readings=tuple(readings))
    assert tell(assess_patient(mixed, rules)) == tell(assess_patient(scans, rules))


@given(courses(new=UNCERTAIN), RULES, st.permutations(["a", "B", "9", "T1", "T0", "Z 1"]))
def test_names_of_lesions_never_matter(course, rules, names):
    scans = course.scans()
    new_name = dict(zip((lesion.lesion_id for lesion in scans.lesions), names, strict=False))
    renamed = replace(
        scans,
        lesions=tuple(replace(x, lesion_id=new_name[x.lesion_id]) for x in scans.lesions),
        readings=tuple(replace(x, lesion_id=new_name[x.lesion_id]) for x in scans.readings),
    )
    expected = tell(assess_patient(scans, rules), new_name)
    assert tell(assess_patient(renamed, rules)) == expected


@given(courses(new=UNCERTAIN), RULES, st.data())
def test_a_reading_recorded_twice_never_matters(course, rules, data):
    scans = course.scans()
    again = data.draw(st.sampled_from(scans.readings))
    twice = replace(scans, readings=(*scans.readings, again))
    assert tell(assess_patient(twice, rules)) == tell(assess_patient(scans, rules))


@given(courses(new=UNCERTAIN), RULES, st.integers(-400, 400))
def test_the_calendar_never_matters(course, rules, shift):
    scans, moved = course.scans(), timedelta(shift)
    later = replace(
        scans,
        first_treatment=FIRST_TREATMENT + moved,
        readings=tuple(replace(x, scan_date=x.scan_date + moved) for x in scans.readings),
    )
    before, after = assess_patient(scans, rules), assess_patient(later, rules)
    assert [p.overall for p in after.time_points] == [p.overall for p in before.time_points]
    assert [p.day for p in after.time_points] == [p.day for p in before.time_points]
    assert after.best.response == before.best.response


# --- Scale


@given(
    courses(
        non_targets=0, min_targets=1, size=st.integers(0, 12).map(lambda n: 5.0 * n), word=st.none()
    ),
    RULES,
)
def test_scale_never_matters_above_5_mm(course, rules):
    # Every size is a multiple of 5 mm, so growth is never between 0 and 5 mm.
    course = replace(course, nodes=frozenset())
    assert calls_of(scale(course, 2), rules) == calls_of(course, rules)


@given(courses(non_targets=0, min_targets=1, word=st.none()), RULES)
def test_scale_only_matters_through_the_5_mm_rule(course, rules):
    course = replace(course, nodes=frozenset())
    small = assess_patient(course.scans(), replace(rules, persistent=False)).time_points
    large = assess_patient(scale(course, 2).scans(), replace(rules, persistent=False)).time_points
    for before, after in zip(small, large, strict=True):
        growth = before.measured_mm - before.nadir_mm
        if before.target != after.target:
            assert after.target == Response.PD
            assert 2.5 <= growth < 5


def scale(course, factor):
    return replace(
        course,
        targets={
            name: tuple(value if value is None else value * factor for value in values)
            for name, values in course.targets.items()
        },
    )


def calls_of(course, rules):
    return [point.target for point in assess_patient(course.scans(), rules).time_points]


# --- What comes later


@given(courses(), RULES, st.data())
def test_a_scan_after_progression_never_changes_the_best_response(course, rules, data):
    before = assess_patient(course.scans(), rules)
    assume(before.first_progression is not None)
    after = assess_patient(
        course.then(
            {name: data.draw(st.one_of(SIZE, WORD)) for name in course.targets},
            {name: data.draw(NON_TARGET) for name in course.non_targets},
        ).scans(),
        rules,
    )
    assert tell(after)[1:] == tell(before)[1:]


@given(courses(new=UNCERTAIN), RULES, GAPS)
def test_a_scan_that_was_not_evaluable_at_the_end_changes_nothing(course, rules, days):
    before = assess_patient(course.scans(), rules)
    blind = course.then(
        dict.fromkeys(course.targets, "not_evaluable"),
        dict.fromkeys(course.non_targets, "not_evaluable"),
        days,
    )
    after = assess_patient(blind.scans(), rules)
    assert after.time_points[-1].overall == Response.NE
    assert tell(after)[1][:3] == tell(before)[1][:3]
    assert date_of_progression(after) == date_of_progression(before)


def date_of_progression(response):
    return response.first_progression and response.first_progression.date


@given(courses(), RULES, st.integers(1, 5))
def test_calls_never_depend_on_later_scans(course, rules, visits):
    whole = assess_patient(course.scans(), rules).time_points
    part = assess_patient(course.first(visits).scans(), rules).time_points
    assert [tell_point(p) for p in part] == [tell_point(p) for p in whole[: len(part)]]


# --- What is missing


@given(courses(min_targets=2, new=UNCERTAIN), RULES, st.data())
def test_a_missing_target_never_improves_the_call(course, rules, data):
    visit = data.draw(st.integers(1, len(course.days) - 1))
    name = data.draw(st.sampled_from(sorted(course.targets)))
    hidden = list(course.targets[name])
    hidden[visit] = "not_evaluable"
    less = replace(course, targets={**course.targets, name: tuple(hidden)})
    before, after = (call_at(one, visit, rules) for one in (course, less))
    assume(before is not None)
    if before.target == Response.PD:
        assert after.target in (Response.PD, Response.NE)
    else:
        assert after.target == Response.NE
    if before.overall == Response.PD and before.target != Response.PD:
        assert after.overall == Response.PD
    else:
        assert after.overall in (Response.NE, before.overall)
        assert after.overall in (Response.NE, Response.PD)


def call_at(course, visit, rules):
    points = assess_patient(course.scans(), rules).time_points
    return next((point for point in points if point.visit == f"V{visit}"), None)


# --- Best response

BETTER_FIRST = [
    Response.CR,
    Response.PR,
    Response.SD,
    Response.NON_CR_NON_PD,
    Response.PD,
    Response.NE,
]


@given(courses(new=UNCERTAIN), RULES)
def test_confirmation_never_makes_the_best_response_better(course, rules):
    response = assess_patient(course.scans(), rules)
    confirmed, unconfirmed = response.confirmed.response, response.unconfirmed.response
    assert BETTER_FIRST.index(confirmed) >= BETTER_FIRST.index(unconfirmed)
    assert response.best == (response.confirmed if rules.confirm else response.unconfirmed)


@given(courses(new=UNCERTAIN), RULES)
def test_a_responder_is_who_has_cr_or_pr_as_best_response(course, rules):
    response = assess_patient(course.scans(), rules)
    responded = response.best.response in (Response.CR, Response.PR)
    assert (response.response_start is not None) == responded
    confirmed = response.confirmed.response in (Response.CR, Response.PR)
    assert (response.confirmed.confirmed_on is not None) == confirmed
    if responded:
        calls = {p.date: p.overall for p in response.time_points[: response.counted]}
        assert calls[response.response_start] in (Response.CR, Response.PR)
        assert response.response_start <= response.best.date


CODES = [Response.CR, Response.PR, Response.SD, Response.NE]


@given(
    st.lists(st.tuples(st.sampled_from(CODES), GAPS), min_size=1, max_size=7),
    st.integers(0, 2),
    st.integers(0, 1),
)
def test_a_response_is_confirmed_by_some_later_scan(visits, not_evaluable, stable):
    # §3.6 read as a search over all pairs of scans. SD never follows CR: that scan reads PD.
    responses = [code for code, _ in visits]
    after = responses.index(Response.CR) if Response.CR in responses else len(responses)
    responses[after:] = [r if r != Response.SD else Response.NE for r in responses[after:]]
    days = list(accumulate(gap for _, gap in visits))
    rules = BestRules(28, not_evaluable, stable, 49)
    pairs = [
        (first, second)
        for first in range(len(days))
        for second in range(first + 1, len(days))
        if confirms(responses, days, first, second, rules)
    ]
    for first, code in enumerate(responses):
        if code in (Response.CR, Response.PR):
            found = confirmed_at(responses, days, first, rules)
            expected = [second for start, second in pairs if start == first]
            assert found == min(expected, default=-1)
    best = best_response(responses, days, rules, confirm=True).response
    assert (best == Response.CR) == any(responses[first] == Response.CR for first, _ in pairs)
    partial = any(
        confirms_as_partial(responses, days, first, second, rules)
        for first in range(len(days))
        for second in range(first + 1, len(days))
    )
    assert (best in (Response.CR, Response.PR)) == partial


def confirms(responses, days, first, second, rules):
    between = responses[first + 1 : second]
    enough = days[second] - days[first] >= rules.interval_days
    few = between.count(Response.NE) <= rules.allowed_not_evaluable
    if responses[first] == Response.CR:
        rest = set(between) <= {Response.CR, Response.NE} and responses[second] == Response.CR
    elif responses[first] == Response.PR:
        after = responses[first : second + 1]
        back = any(
            after[i] == Response.CR and Response.PR in after[i + 1 :] for i in range(len(after))
        )
        rest = responses[second] in (Response.CR, Response.PR) and not back
        rest = rest and between.count(Response.SD) <= rules.allowed_stable
    else:
        return False
    return enough and few and rest


def confirms_as_partial(responses, days, first, second, rules):
    """Read decision 006: a CR or PR is a confirmed PR by any later CR or PR."""
    responded = (Response.CR, Response.PR)
    between = responses[first + 1 : second]
    return (
        responses[first] in responded
        and responses[second] in responded
        and days[second] - days[first] >= rules.interval_days
        and set(between) <= {*responded, Response.NE, Response.SD}
        and between.count(Response.NE) <= rules.allowed_not_evaluable
        and between.count(Response.SD) <= rules.allowed_stable
    )


# --- A second reading of §3.3 in whole tenths of a millimetre


@given(courses(non_targets=0, min_targets=1, new=st.none()), RULES)
def test_target_calls_equal_a_second_reading(course, rules):
    found = {p.visit: p.target.name for p in assess_patient(course.scans(), rules).time_points}
    # a scan on which nothing was recorded leaves no trace
    assert list(found) == [
        f"V{n}"
        for n in range(1, len(course.days))
        if any(values[n] is not None for values in course.targets.values())
    ]
    for visit, expected in read_again(course, persistent=rules.persistent).items():
        assert found.get(visit, expected) == expected
        if rules.persistent and expected == "PD":
            break  # what persists after PD is a test of its own, in the boundaries


def read_again(course, *, persistent):
    """Call the targets of a patient without other disease.

    Decision 003: growth is progression only if something pathological is left.
    """
    table = {name: [tenths(value) for value in row] for name, row in course.targets.items()}
    baseline = nadir = sum(row[0] for row in table.values())
    complete = partial = False
    calls = {}
    for visit in range(1, len(course.days)):
        sizes = {name: row[visit] for name, row in table.items() if row[visit] is not None}
        total, whole = sum(sizes.values()), len(sizes) == len(table)
        disease = any(size >= (100 if n in course.nodes else 1) for n, size in sizes.items())
        grown = 5 * (total - nadir) >= nadir and total - nadir >= 50
        if complete and disease:
            call = "PD"
        elif whole and not disease:
            call = "CR"
        elif grown and disease:
            call = "PD"
        elif not whole:
            call = "NE"
        elif 10 * total <= 7 * baseline or (persistent and partial):
            call = "PR"
        else:
            call = "SD"
        complete |= call == "CR"
        partial = (partial or call == "PR") and call != "PD"
        nadir = min(nadir, total) if whole else nadir
        calls[f"V{visit}"] = call
    return calls


NOT_READ = ("not_evaluable", "not_recorded", None)


def tenths(value):
    if value in NOT_READ:
        return None
    words = {"absent": 0, "too_small": 50}
    return words[value] if isinstance(value, str) else round(10 * value)


@given(courses(new=UNCERTAIN), RULES)
def test_sums_are_whole_or_not_at_all(course, rules):
    response = assess_patient(course.scans(), rules)
    for point in response.time_points:
        if not math.isnan(point.sum_mm):
            assert point.sum_mm == point.measured_mm
            assert point.target != Response.NE or not course.targets
        assert point.target != Response.NON_CR_NON_PD
        assert point.non_target not in (Response.PR, Response.SD)
    for one, other in pairwise(response.time_points):
        assert one.date < other.date
        assert not other.nadir_mm > one.nadir_mm
