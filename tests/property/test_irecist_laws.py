"""Laws of iRECIST: where it equals RECIST 1.1, and what may never matter."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from hypothesis import assume, given
from hypothesis import strategies as st

from drawn_courses import BASELINE_DAY, Course
from trialwright.response import (
    BestRules,
    LocalTreatment,
    Response,
    ResponseRules,
    assess_patient,
)
from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.best import (
    immune_progression,
    last_counted_immune,
)
from trialwright.response.immune.codes import ImmuneResponseCode as Code
from trialwright.response.immune.state import ImmuneRules

NOT_READ = "not_evaluable"


def then(course, values, days=56):
    """Return the course with one more scan; what is not named is not read."""

    def more(rows):
        return {name: (*seen, values.get(name)) for name, seen in rows.items()}

    return replace(
        course,
        targets=more(course.targets),
        non_targets=more(course.non_targets),
        new=more(course.new),
        days=(*course.days, course.days[-1] + days),
    )


MM = [0, 4, 5, 8, 9.9, 10, 12, 14.9, 15, 17, 20, 22.5, 25, 30, 35, 36, 41]
SIZE = st.sampled_from(MM).map(float)
TARGET = st.one_of(SIZE, SIZE, SIZE, st.sampled_from([NOT_READ, None, "too_small"]))
NON_TARGET = st.sampled_from(
    ["absent", "present", "present", "increased", NOT_READ, "unequivocal_progression", None]
)
NEW = st.one_of(
    st.none(), SIZE, st.sampled_from(["present", "increased", NOT_READ, "unequivocal_progression"])
)
GAPS = st.sampled_from([14, 27, 28, 42, 56])


@st.composite
def courses(draw, *, target=TARGET, others=True, new=NEW):
    count = draw(st.integers(2, 6))
    many = draw(st.integers(0 if others else 1, 2))

    def follow(baseline, later):
        return (draw(baseline), *(draw(later) for _ in range(count)))

    return Course(
        targets={f"T{n}": follow(st.sampled_from([15.0, 20.0, 30.0]), target) for n in range(many)},
        non_targets={
            f"N{n}": follow(st.just("present"), NON_TARGET)
            for n in range(draw(st.integers(0 if many else 1, 2)) if others else 0)
        },
        new={f"X{n}": follow(st.none(), new) for n in range(draw(st.integers(0, 3)))},
        nodes=frozenset(draw(st.sets(st.sampled_from(["T0", "X0", "X1"])))) if others else {},
        days=(BASELINE_DAY, *accumulate(draw(st.lists(GAPS, min_size=count, max_size=count)))),
    )


RULES = st.builds(
    ResponseRules,
    best=st.builds(
        BestRules,
        interval_days=st.just(28),
        allowed_not_evaluable=st.integers(0, 1),
        allowed_stable=st.integers(0, 1),
        minimum_stable_days=st.sampled_from([42, 56]),
    ),
    confirm=st.booleans(),
    persistent=st.booleans(),
    planned_ablation=st.just("exclude"),
    unplanned_local_therapy=st.just("not_evaluable"),
    time_point_date=st.sampled_from(["earliest", "latest"]),
    baseline_after_ablation=st.just(False),
    changed_method=st.just("flag"),
    tumour_marker=st.just("none"),
    best_response_rules=st.just("recist11"),
    immune_criteria=st.just("iRECIST"),
    immune_confirmation_days=st.just(0),
)
WINDOW = st.builds(ImmuneRules, earliest_confirmation_days=st.sampled_from([0, 28]))


def tell(response):
    points = [
        (p.visit, p.date, p.day, p.target, p.non_target, p.new_lesion, p.overall, p.reason.rule)
        for p in response.time_points
    ]
    best = [
        (b.response, b.date, b.confirmed_on, b.visit)
        for b in (response.best, response.unconfirmed, response.confirmed)
    ]
    progression = response.progression
    dates = (progression.date, progression.confirmed_on, response.response_start)
    return points, best, dates, response.counted


@given(courses(), RULES, WINDOW)
def test_until_the_first_progression_it_is_recist(course, rules, window):
    recist = assess_patient(course.scans(), rules).time_points
    immune = assess_immune(course.scans(), rules, window).time_points
    assert [p.visit for p in immune] == [p.visit for p in recist]
    for one, other in zip(recist, immune, strict=True):
        assert (other.date, other.day) == (one.date, one.day)
        assert int(other.overall) == int(one.overall)
        assert int(other.target) == int(one.target)
        assert int(other.non_target) == int(one.non_target)
        if one.overall == Response.PD:
            break


@given(courses(), RULES, WINDOW)
def test_progression_is_confirmed_only_after_one_that_waits(course, rules, window):
    waiting = confirmed = False
    for point in assess_immune(course.scans(), rules, window).time_points:
        if point.overall == Code.ICPD:
            assert waiting or confirmed
            confirmed = True
        elif point.overall == Code.IUPD:
            waiting = True
        elif point.overall != Code.NE:
            waiting = False
        assert not confirmed or point.overall == Code.ICPD


@given(courses(), RULES, WINDOW, st.data())
def test_scan_after_icpd_changes_nothing(course, rules, window, data):
    before = assess_immune(course.scans(), rules, window)
    assume(any(point.overall == Code.ICPD for point in before.time_points))
    later = {name: data.draw(TARGET) for name in course.targets}
    later |= {name: data.draw(NON_TARGET) for name in course.non_targets}
    later |= {name: data.draw(SIZE) for name in course.new}
    after = assess_immune(then(course, later).scans(), rules, window)
    assert tell(after)[1:] == tell(before)[1:]


@given(courses(), RULES, WINDOW, GAPS)
def test_scan_that_was_not_evaluable_at_the_end_changes_nothing(course, rules, window, days):
    before = assess_immune(course.scans(), rules, window)
    names = (*course.targets, *course.non_targets)
    after = assess_immune(then(course, dict.fromkeys(names, NOT_READ), days).scans(), rules, window)
    # a scan within the window is disregarded, and after iCPD nothing changes
    assert after.time_points[-1].overall in {Code.NE, Code.IUPD, Code.ICPD}
    assert [b[0] for b in tell(after)[1]] == [b[0] for b in tell(before)[1]]
    assert tell(after)[2] == tell(before)[2]


@given(courses(), RULES, WINDOW, st.integers(1, 5))
def test_calls_never_depend_on_later_scans(course, rules, window, visits):
    whole = tell(assess_immune(course.scans(), rules, window))[0]
    scans = course.scans()
    early = tuple(one for one in scans.readings if int(one.visit[1:]) <= visits)
    part = tell(assess_immune(replace(scans, readings=early), rules, window))[0]
    assert part == whole[: len(part)]


@given(courses(), RULES, WINDOW, st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(course, rules, window, random):
    scans = course.scans()
    lesions, readings = list(scans.lesions), list(scans.readings)
    random.shuffle(lesions)
    random.shuffle(readings)
    mixed = replace(scans, lesions=tuple(lesions), readings=tuple(readings))
    assert tell(assess_immune(mixed, rules, window)) == tell(assess_immune(scans, rules, window))


@given(courses(), RULES, WINDOW, st.lists(SIZE, min_size=12, max_size=12), st.data())
def test_size_of_a_zone_without_tumour_never_matters(course, rules, window, sizes, data):
    scans = course.scans()
    ablated = {name for name in ("N0", "X0") if name in {one.lesion_id for one in scans.lesions}}
    assume(ablated)
    on = data.draw(st.sampled_from([one.scan_date for one in scans.readings]))
    policy = data.draw(st.sampled_from(["zone", "zero", "carry_forward", "viable"]))
    finding = data.draw(st.sampled_from(["complete", "benign_rim"]))
    rules = replace(rules, planned_ablation=policy)
    treatments = tuple(LocalTreatment(name, on, "RFA", planned=True) for name in ablated)

    def with_zones(scale):
        readings = tuple(
            replace(one, diameter_mm=scale * (1 + sizes[at % 12]), state=None, viable_mm=0.0,
                    ablation_finding=finding)
            if one.lesion_id in ablated and one.scan_date > on
            else one
            for at, one in enumerate(scans.readings)
        )  # fmt: skip
        return replace(scans, readings=readings, local_treatments=treatments)

    small, large = (assess_immune(with_zones(scale), rules, window) for scale in (1, 3))
    assert tell(small) == tell(large)


FIVES = st.integers(2, 8).map(lambda n: 10.0 * n)  # growth is never between 0 and 5 mm


@given(courses(target=FIVES, others=False, new=FIVES), RULES, WINDOW)
def test_scale_never_matters_above_the_limits_in_mm(course, rules, window):
    # every lesion is 20 mm or more: measurable, and never nearly gone
    def scaled(rows):
        return {
            name: tuple(None if value is None else 2 * value for value in values)
            for name, values in rows.items()
        }

    large = replace(course, targets=scaled(course.targets), new=scaled(course.new))
    small = assess_immune(course.scans(), rules, window)
    assert tell(assess_immune(large.scans(), rules, window)) == tell(small)


@given(courses(), RULES, WINDOW)
def test_progression_by_irecist_is_never_before_that_of_recist(course, rules, window):
    recist = assess_patient(course.scans(), rules).first_progression
    immune = assess_immune(course.scans(), rules, window)
    dated = immune.progression.date
    if dated is not None:
        assert recist is not None
        assert dated >= recist.date
    if recist is None:
        assert all(p.overall not in {Code.IUPD, Code.ICPD} for p in immune.time_points)


@given(courses(), RULES, WINDOW)
def test_confirmation_never_makes_the_best_response_better(course, rules, window):
    order = [Code.ICR, Code.IPR, Code.ISD, Code.NON_ICR_NON_IUPD, Code.ICPD, Code.IUPD, Code.NE]
    found = assess_immune(course.scans(), rules, window)
    confirmed, unconfirmed = found.confirmed.response, found.unconfirmed.response
    assert order.index(confirmed) >= order.index(unconfirmed)
    responded = found.best.response in {Code.ICR, Code.IPR}
    assert (found.response_start is not None) == responded


CALLS = st.lists(st.sampled_from([code for code in Code if code != Code.NONE]), max_size=8)


@given(CALLS)
def test_progression_from_calls_equals_a_second_reading(codes):
    # strike what cannot date a progression, then look at the last run of iUPD
    end = last_counted_immune(codes, [0] * len(codes), float("inf"))
    codes = codes[:end]
    found = immune_progression(codes)
    kept = [(at, code) for at, code in enumerate(codes) if code != Code.NE]
    confirmed = bool(kept) and kept[-1][1] == Code.ICPD
    run = [at for at, _ in kept[:-1]] if confirmed else [at for at, _ in kept]
    tail = []
    while run and codes[run[-1]] == Code.IUPD:
        tail.append(run.pop())
    if confirmed:
        assert found == (tail[-1] if tail else len(codes) - 1, len(codes) - 1)
    else:
        assert found == (tail[-1] if tail else -1, -1)


@given(CALLS, CALLS)
def test_what_counts_of_calls_ends_with_the_first_icpd(codes, more):
    days = [56 * (n + 1) for n in range(len(codes) + len(more))]
    end = last_counted_immune(codes, days, float("inf"))
    assume(Code.ICPD in codes)
    assert codes[end - 1] == Code.ICPD
    assert Code.ICPD not in codes[: end - 1]
    assert last_counted_immune([*codes, *more], days, float("inf")) == end
