"""The edges of RECIST 1.1: thresholds met exactly, nodes, a nadir of zero, days, what is missing.

Source: RECIST 1.1 (Eisenhauer et al. 2009) §4.3 and §4.4, with the paragraphs of
``shared/reference/domain.md`` §3 named at each group. Lengths are counted here in whole tenths of
a millimetre, so the expected call never rests on a rounded product.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.response import (
    BestRules,
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    Response,
    assess_patient,
    best_response,
    last_counted,
)
from trialwright.response.best import confirmed_at

BEST_RULES = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=1, minimum_stable_days=49
)


def targets(response):
    return [point.target.name for point in response.time_points]


def overall(response):
    return [point.overall.name for point in response.time_points]


def split(tenths):
    """Share a sum in tenths of a mm between two lesions that differ, each a decimal in mm."""
    first = tenths // 3
    return first / 10, (tenths - first) / 10


def pair(*sums_in_tenths):
    """Write two targets whose sums are these, in tenths of a mm."""
    first, second = zip(*map(split, sums_in_tenths), strict=True)
    return {"T1": first, "T2": second}


# --- Shrinkage of 30 % from baseline: inclusive (§3.3 row 4, "compare unrounded, inclusive")


@pytest.mark.parametrize(("mm", "expected"), [(70, "PR"), (70.1, "SD"), (69.9, "PR")])
def test_shrinkage_of_exactly_30_percent_is_a_partial_response(read, mm, expected):
    assert targets(read({"T1": (100, mm)})) == [expected]


def test_shrinkage_on_the_edge_in_tenths_of_a_millimetre(read):
    wrong = []
    for baseline in range(200, 2001, 10):
        edge = baseline * 7 // 10
        assert edge * 10 == baseline * 7
        for total, expected in ((edge, "PR"), (edge + 1, "SD")):
            if targets(read(pair(baseline, total))) != [expected]:
                wrong.append((baseline, total, expected))
    assert not wrong


# --- Growth of 20 % and 5 mm from the nadir: both inclusive (§3.3 row 1)


@pytest.mark.parametrize(
    ("nadir", "mm", "expected"),
    [
        (25, 30, "PD"),  # +20.0 % and +5.0 mm, both exactly
        (25, 29.9, "SD"),
        (24, 29, "PD"),  # +20.8 % and exactly 5 mm
        (24, 28.9, "SD"),  # +20.4 %, 4.9 mm
        (40, 48, "PD"),  # exactly 20 %, 8 mm
        (40, 47.9, "SD"),  # 19.75 %
        (100, 119.9, "SD"),
        (100, 120, "PD"),
    ],
)
def test_growth_needs_20_percent_and_5_mm(read, nadir, mm, expected):
    assert targets(read({"T1": (nadir, mm)})) == [expected]


def test_growth_of_20_percent_on_the_edge_in_tenths_of_a_millimetre(read):
    wrong = []
    for nadir in range(250, 2001, 5):
        edge = nadir * 6 // 5
        assert edge * 5 == nadir * 6
        for total, expected in ((edge, "PD"), (edge - 1, "SD")):
            if targets(read(pair(nadir, total))) != [expected]:
                wrong.append((nadir, total, expected))
    assert not wrong


def test_growth_of_5_mm_on_the_edge_in_tenths_of_a_millimetre(read):
    # below 25 mm the 5 mm rule is the stricter of the two
    wrong = []
    for nadir in range(100, 250):
        for growth, expected in ((50, "PD"), (49, "SD")):
            if targets(read(pair(nadir, nadir + growth))) != [expected]:
                wrong.append((nadir, growth, expected))
    assert not wrong


def test_growth_from_a_nadir_below_baseline_on_the_edge(read):
    # the nadir is a partial response on a baseline of 50 mm; growth counts from the nadir
    wrong = []
    for nadir in range(10, 250):
        for growth, expected in ((50, "PD"), (49, "PR")):
            found = targets(read(pair(500, nadir, nadir + growth)))
            if found != ["PR", expected]:
                wrong.append((nadir, growth, found))
    assert not wrong


def test_progression_wins_over_a_partial_response(read):
    # §3.3: 50-20-25 is half of baseline and still PD
    response = read({"T1": (50, 20, 25)})
    assert overall(response) == ["PR", "PD"]


def test_shrinkage_counts_from_baseline_not_from_the_nadir(read):
    # §0.7, erratum: 80 mm after a nadir of 70 is -20 % from baseline, +14 % from the nadir
    assert targets(read({"T1": (100, 80, 70.1)})) == ["SD", "SD"]
    assert targets(read({"T1": (100, 130, 90)})) == ["PD", "SD"]


@pytest.mark.parametrize("persistent", [False, True])
def test_persistence_ends_with_progression(read, persistent):
    # §0.7: a PR persists until PD criteria are met; §3.3 row 5: the previous response was PR.
    # 24 mm is -20 % from baseline and +4 mm from the nadir.
    response = read({"T1": (30, 20, 25, 24)}, rules={"persistent": persistent})
    assert targets(response) == ["PR", "PD", "SD"]


# --- Nodes: 10 mm of short axis (§3.2, §3.3 row 2)


@pytest.mark.parametrize(("mm", "expected"), [(9.9, "CR"), (10.0, "PR"), (9, "CR")])
def test_node_below_10_mm_is_gone(read, mm, expected):
    assert targets(read({"N1": (20, mm)}, nodes={"N1"})) == [expected]


def test_node_15_to_9_is_complete_although_the_sum_is_not_zero(read):
    (point,) = read({"N1": (15, 9)}, nodes={"N1"}).time_points
    assert (point.target.name, point.sum_mm) == ("CR", 9)


@pytest.mark.parametrize(("organ_mm", "expected"), [("absent", "CR"), (0, "CR"), (0.1, "PR")])
def test_complete_response_needs_every_organ_lesion_at_zero(read, organ_mm, expected):
    response = read({"T1": (30, organ_mm), "N1": (20, 8)}, nodes={"N1"})
    assert targets(response) == [expected]


def test_lesion_of_an_organ_below_10_mm_is_not_gone(read):
    assert targets(read({"T1": (20, 9.9)})) == ["PR"]


@pytest.mark.parametrize(("mm", "expected"), [(9.9, ("CR", "CR")), (10, ("NON_CR_NON_PD", "PR"))])
def test_non_target_node_below_10_mm_is_gone(read, mm, expected):
    (point,) = read({"T1": (30, 0)}, non_targets={"N1": (12, mm)}, nodes={"N1"}).time_points
    assert (point.non_target.name, point.overall.name) == expected


def test_non_target_of_an_organ_below_10_mm_is_not_gone(read):
    (point,) = read({"T1": (30, 0)}, non_targets={"NT1": (12, 3)}).time_points
    assert (point.non_target.name, point.overall.name) == ("NON_CR_NON_PD", "PR")


@pytest.mark.parametrize(("mm", "expected"), [(9.9, "CR"), (10, "PD")])
def test_node_back_at_10_mm_after_an_overall_complete_response_is_progression(read, mm, expected):
    # §3.3 edge cases: 9-10 mm grows by 1 mm only, but disease is back after an overall CR
    assert overall(read({"N1": (20, 9, mm)}, nodes={"N1"})) == ["CR", expected]


def test_node_back_at_10_mm_without_an_overall_complete_response_is_not(read):
    # a non-target persists: no overall CR, and 9 to 12 mm is +3 mm
    response = read({"N1": (20, 9, 12)}, non_targets={"NT1": ("present",) * 3}, nodes={"N1"})
    assert targets(response) == ["CR", "PR"]
    assert overall(response) == ["PR", "PR"]


def test_normal_node_growing_within_the_normal_range_stays_complete(read):
    # Decision 003: 3 to 9 mm is +200 % and +6 mm of normal tissue. The order of §3.3 says PD.
    assert targets(read({"N1": (20, 3, 9)}, nodes={"N1"})) == ["CR", "CR"]
    assert targets(read({"N1": (20, 3, 10)}, nodes={"N1"})) == ["CR", "PD"]


# --- A nadir of zero (§3.3 edge cases)


@pytest.mark.parametrize("mm", [0.1, 4, 4.9, 5, 30])
def test_any_target_back_after_an_overall_complete_response_is_progression(read, mm):
    assert overall(read({"T1": (30, 0, mm)})) == ["CR", "PD"]


@pytest.mark.parametrize(
    ("mm", "expected"), [(4, "PR"), (4.9, "PR"), (5, "PD"), ("too_small", "PD"), (30, "PD")]
)
def test_target_back_from_zero_without_an_overall_complete_response_needs_5_mm(read, mm, expected):
    # The growth in percent has no bound at a nadir of 0; 5 mm is still asked for.
    response = read({"T1": (30, 0, mm)}, non_targets={"NT1": ("present",) * 3})
    assert overall(response) == ["PR", expected]


def test_one_target_back_while_others_persist_is_judged_by_the_sum(read):
    # §3.3: a lesion that vanishes and reappears is not by itself progression
    response = read({"T1": (30, 0, 6), "T2": (60, 40, 38)})
    assert targets(response) == ["PR", "PR"]


def test_not_evaluable_scan_between_does_not_hide_the_complete_response(read):
    assert overall(read({"T1": (30, 0, "not_evaluable", 2)})) == ["CR", "NE", "PD"]


# --- What a scan says in words (§3.2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("too_small", 5), (5, 5), (4, 4), (0.5, 0.5), ("absent", 0), (0, 0)],
)
def test_too_small_counts_5_mm_and_a_number_counts_as_given(read, value, expected):
    (point,) = read({"T1": (20, value), "T2": (40, 30)}).time_points
    assert point.sum_mm == expected + 30


def test_node_too_small_to_measure_counts_5_mm(read):
    (point,) = read({"N1": (20, "too_small")}, nodes={"N1"}).time_points
    assert (point.sum_mm, point.target.name) == (5, "CR")


@pytest.mark.parametrize("value", ["not_evaluable", "not_recorded", None])
def test_target_that_was_not_read_makes_the_scan_not_evaluable(read, value):
    (point,) = read({"T1": (20, value), "T2": (40, 20)}).time_points
    assert point.sum_mm != point.sum_mm
    assert (point.measured_mm, point.target.name, point.overall.name) == (20, "NE", "NE")


def test_two_sizes_of_one_lesion_on_one_day_are_not_evaluable(read, write, calendar, strict):
    once = write({"T1": (30, 20), "T2": (30, 20)})
    again = Reading("T1", "V1", calendar(56), 25.0)
    doubled = assess_patient(replace(once, readings=(*once.readings, again)), strict)
    assert overall(doubled) == ["NE"]
    same = replace(again, diameter_mm=20.0)
    assert overall(assess_patient(replace(once, readings=(*once.readings, same)), strict)) == ["PR"]
    assert overall(read({"T1": (30, 20), "T2": (30, 20)})) == ["PR"]


# --- New lesions (§3.4)


def test_new_lesion_is_progression_whatever_the_targets_do(read):
    response = read({"T1": (30, 0, 0)}, new={"X1": (None, None, "present")})
    assert overall(response) == ["CR", "PD"]
    assert response.first_progression.new_lesions == ("X1",)


def test_new_lesion_with_a_size_is_progression(read):
    assert overall(read({"T1": (30, 20)}, new={"X1": (None, 8)})) == ["PD"]


def test_new_lesion_recorded_twice_is_one_new_lesion(write, calendar, strict):
    scans = write({"T1": (30, 30)}, new={"X1": (None, "present")})
    again = Reading("X1", "V1", calendar(56), None, "present")
    (point,) = assess_patient(replace(scans, readings=(*scans.readings, again)), strict).time_points
    assert point.new_lesions == ("X1",)


def test_equivocal_new_lesion_is_not_progression(read):
    response = read({"T1": (30, 20, 20)}, new={"X1": (None, "equivocal", "equivocal")})
    assert overall(response) == ["PR", "PR"]
    assert response.first_progression is None


@pytest.mark.parametrize("later", ["present", 12])
def test_equivocal_lesion_that_becomes_unequivocal_dates_progression_back(read, calendar, later):
    response = read({"T1": (30, 20, 20, 20)}, new={"X1": (None, None, "equivocal", later)})
    assert overall(response) == ["PR", "PD", "PD"]
    assert response.first_progression.date == calendar(112)
    assert response.counted == 2


def test_equivocal_lesion_that_goes_away_never_was_progression(read):
    response = read({"T1": (30, 20, 20)}, new={"X1": (None, "equivocal", "absent")})
    assert overall(response) == ["PR", "PR"]


# --- Non-target disease (§3.4, §3.5 table 2)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("absent", "absent"), "CR"),
        (("absent", "present"), "NON_CR_NON_PD"),
        (("present", "present"), "NON_CR_NON_PD"),
        (("increased", "present"), "NON_CR_NON_PD"),
        (("not_evaluable", "present"), "NE"),
        (("not_evaluable", "absent"), "NE"),
        ((None, "absent"), "NE"),
        (("unequivocal_progression", "absent"), "PD"),
        (("unequivocal_progression", "not_evaluable"), "PD"),
    ],
)
def test_non_target_disease_only(read, states, expected):
    first, second = states
    (point,) = read(
        {}, non_targets={"NT1": ("present", first), "NT2": ("present", second)}
    ).time_points
    assert (point.target.name, point.non_target.name) == ("NONE", expected)
    assert point.overall.name == expected


def test_best_response_of_non_target_disease_only(read):
    response = read({}, non_targets={"NT1": ("present", "present", "present")})
    assert response.best.response.name == "NON_CR_NON_PD"
    gone = read({}, non_targets={"NT1": ("present", "absent", "absent")})
    assert gone.confirmed.response.name == "CR"


def test_increase_that_is_not_unequivocal_is_not_progression(read):
    (point,) = read({"T1": (30, 20)}, non_targets={"NT1": ("present", "increased")}).time_points
    assert (point.non_target.name, point.overall.name) == ("NON_CR_NON_PD", "PR")


def test_non_target_back_after_an_overall_complete_response_is_progression(read):
    with_target = read({"T1": (30, 0, 0)}, non_targets={"NT1": ("present", "absent", "present")})
    assert overall(with_target) == ["CR", "PD"]
    alone = read({}, non_targets={"NT1": ("present", "absent", "present")})
    assert overall(alone) == ["CR", "PD"]


def test_non_target_back_without_an_overall_complete_response_is_not(read):
    response = read({"T1": (30, 20, 20)}, non_targets={"NT1": ("present", "absent", "present")})
    assert [point.non_target.name for point in response.time_points] == ["CR", "NON_CR_NON_PD"]
    assert overall(response) == ["PR", "PR"]


def test_non_target_not_read_after_a_complete_response_is_not_progression(read):
    # table 1: targets CR, non-target not evaluated: PR; no disease was seen
    course = {"targets": {"T1": (30, 0, 0)}, "non_targets": {"NT1": ("present", "absent", None)}}
    response = read(**course)
    assert overall(response) == ["CR", "PR"]
    assert response.confirmed.response.name == "SD"
    early = read(**course, days=(-7, 14, 42))
    assert early.first_progression is None
    assert early.confirmed.response.name != "PD"


def test_complete_response_is_confirmed_after_a_scan_that_left_out_the_non_target(read, calendar):
    # CR, PR (non-target not read, no disease), CR, CR: the last two confirm each other
    response = read(
        {"T1": (30, 0, 0, 0, 0)},
        non_targets={"NT1": ("present", "absent", None, "absent", "absent")},
    )
    assert overall(response) == ["CR", "PR", "CR", "CR"]
    assert response.confirmed.response.name == "CR"
    assert (response.confirmed.date, response.confirmed.confirmed_on) == (
        calendar(168),
        calendar(224),
    )


# --- Days: confirmation after 28, SD after 49 (§3.6)


@pytest.mark.parametrize(("second", "expected"), [(83, "SD"), (84, "PR"), (85, "PR")])
def test_confirmation_after_exactly_28_days(read, calendar, second, expected):
    response = read({"T1": (100, 60, 60)}, days=(-7, 56, second))
    assert response.confirmed.response.name == expected
    if expected == "PR":
        assert response.confirmed.date == calendar(56)
        assert response.confirmed.confirmed_on == calendar(second)
        assert response.response_start == calendar(56)
    else:
        assert (response.confirmed.confirmed_on, response.response_start) == (None, None)


@pytest.mark.parametrize(("second", "expected"), [(83, -1), (84, 1)])
def test_scan_that_confirms(second, expected):
    responses = [Response.PR, Response.PR]
    assert confirmed_at(responses, [56, second], 0, BEST_RULES) == expected


def test_partial_response_after_a_complete_one_confirms_nothing():
    # §3.6: no PR after CR; the CR two weeks later is too soon to confirm the first PR
    responses = [Response.PR, Response.CR, Response.PR]
    assert confirmed_at(responses, [56, 70, 84], 0, BEST_RULES) == -1
    assert confirmed_at([Response.PR, Response.CR, Response.CR], [56, 70, 84], 0, BEST_RULES) == 2


def test_later_scan_confirms_what_an_early_one_could_not():
    responses = [Response.PR, Response.PR, Response.PR]
    assert confirmed_at(responses, [56, 70, 84], 0, BEST_RULES) == 2


@pytest.mark.parametrize(("scan", "expected"), [(48, "NE"), (49, "SD"), (50, "SD")])
def test_stable_disease_after_exactly_49_days(read, scan, expected):
    response = read({"T1": (100, 90)}, days=(-7, scan))
    assert response.unconfirmed.response.name == expected
    assert response.confirmed.response.name == expected


@pytest.mark.parametrize(("scan", "expected"), [(48, "PD"), (49, "SD")])
def test_early_stable_disease_followed_by_progression(read, scan, expected):
    # §3.6: minimum SD unfulfilled is PD if PD follows
    response = read({"T1": (100, 90, 130)}, days=(-7, scan, scan + 56))
    assert response.best.response.name == expected


@pytest.mark.parametrize(("scan", "expected"), [(48, "PD"), (49, "SD")])
def test_unconfirmed_response_followed_by_progression(read, scan, expected):
    response = read({"T1": (100, 60, 130)}, days=(-7, scan, scan + 56))
    assert response.confirmed.response.name == expected
    assert response.unconfirmed.response.name == "PR"


def test_unconfirmed_response_needs_no_minimum_duration():
    best = best_response([Response.PR], [14], BEST_RULES, confirm=False)
    assert best.response.name == "PR"


# --- What counts: up to the first PD, before a new therapy (§3.6)


def test_response_after_progression_does_not_count(read):
    response = read({"T1": (100, 130, 60, 60)})
    assert overall(response) == ["PD", "PR", "PR"]
    assert response.counted == 1
    assert {b.response.name for b in (response.best, response.unconfirmed)} == {"PD"}


@pytest.mark.parametrize(
    ("therapy", "counted", "confirmed", "unconfirmed"),
    [
        (60, 1, "SD", "SD"),  # before the response
        (120, 2, "SD", "PR"),  # between the response and its confirmation
        (170, 3, "PR", "PR"),  # after the confirmation
    ],
)
def test_response_after_a_new_therapy_does_not_count(
    read, calendar, therapy, counted, confirmed, unconfirmed
):
    response = read({"T1": (100, 90, 60, 60)}, new_therapy=calendar(therapy))
    assert response.counted == counted
    assert response.confirmed.response.name == confirmed
    assert response.unconfirmed.response.name == unconfirmed


def test_new_therapy_before_the_first_scan_leaves_nothing_to_count(read, calendar):
    response = read({"T1": (100, 60, 60)}, new_therapy=calendar(3))
    assert response.counted == 0
    assert response.best.response.name == "NE"
    assert response.response_start is None


def test_last_counted_scan():
    responses = [Response.SD, Response.PR, Response.PD, Response.PR]
    days = [56, 112, 168, 224]
    assert last_counted(responses, days, float("inf")) == 3
    assert last_counted(responses, days, 113) == 2
    assert last_counted(responses, days, 111) == 1
    assert last_counted(responses[:2], days[:2], float("inf")) == 2
    assert last_counted([], [], float("inf")) == 0


# --- Baseline (§3.1)


def test_baseline_is_the_last_scan_before_treatment(read):
    response = read({"T1": (200, 100, 70)}, days=(-21, -7, 56))
    assert (response.baseline.visit, response.baseline.sum_mm) == ("V1", 100)
    assert overall(response) == ["PR"]


def test_scan_on_the_day_of_treatment_is_baseline(read):
    response = read({"T1": (100, 70)}, days=(0, 56))
    assert (response.baseline.visit, response.baseline.day) == ("V0", 0)
    assert [point.day for point in response.time_points] == [56]


def test_scan_after_treatment_never_replaces_the_baseline(read):
    # §3.7: the scan after an ablation must not become the baseline
    response = read({"T1": (100, 70)}, days=(1, 56))
    assert response.baseline is None
    assert response.not_evaluable
    assert response.best.response.name == "NE"


def test_baseline_with_a_target_that_was_not_read_has_no_sum(read):
    response = read({"T1": (100, 60), "T2": (None, 20)})
    assert response.confirmed.response.name == "NE"
    assert "PR" not in overall(response)


@pytest.mark.parametrize(("rule", "expected"), [("earliest", 56), ("latest", 60)])
def test_date_of_a_scan_taken_on_two_days(write, calendar, strict, rule, expected):
    scans = write({"T1": (50, 40), "T2": (50, 40)})
    spread = tuple(
        replace(r, scan_date=calendar(60)) if (r.lesion_id, r.visit) == ("T2", "V1") else r
        for r in scans.readings
    )
    rules = replace(strict, time_point_date=rule)
    (point,) = assess_patient(replace(scans, readings=spread), rules).time_points
    assert (point.date, point.day) == (calendar(expected), expected)


def test_a_second_complete_ablation_counts_from_then_on(read, calendar):
    # §4.4: efficacy after re-treatment. The first ablation left tumour, the second did not.
    sessions = tuple(
        LocalTreatment("T1", calendar(on), "RFA", planned=True, complete=complete)
        for on, complete in ((9, False), (70, True))
    )
    response = read(
        {"T1": (30, 40, 35), "T2": (30, 30, 30)},
        rules={"planned_ablation": "zero"},
        local_treatments=sessions,
    )
    assert [point.sum_mm for point in response.time_points] == [70, 30]


def test_without_targets_an_unconfirmed_complete_response_is_not_stable_disease(read):
    # Table 2 knows no SD; the confirmation that is missing leaves Non-CR/Non-PD.
    response = read({}, non_targets={"NT1": ("present", "absent", "unequivocal_progression")})
    assert response.best.response.name == "NON_CR_NON_PD"


@pytest.mark.parametrize("gone", ["absent", 0])
def test_nothing_at_baseline_cannot_disappear(read, gone):
    # §3.1, §3.3: a complete response needs disease that was there.
    response = read({"T1": (gone, gone, gone)})
    assert targets(response) == ["NE", "NE"]
    assert response.best.response.name == "NE"


def test_local_treatment_before_baseline_is_prior_treatment(read, calendar):
    # §3.1: what an earlier ablation left is what the baseline scan measures.
    earlier = LocalTreatment("T1", calendar(-400), "RFA", planned=False, complete=True)
    response = read(
        {"T1": (30, 15, 15), "T2": (30, 15, 15)},
        rules={"unplanned_local_therapy": "zero"},
        local_treatments=(earlier,),
    )
    assert [response.baseline.sum_mm, *(p.sum_mm for p in response.time_points)] == [60, 30, 30]
    assert response.best.response.name == "PR"


def test_progression_is_dated_at_the_first_scan_that_shows_it(strict, calendar):
    # §5.2, table A: the scan with the new lesion; for a sum the last scan of the targets.
    lesions = (
        Lesion("T1", "target", "liver", lymph_node=False),
        Lesion("T2", "target", "lung", lymph_node=False),
        Lesion("N1", "new", "bone", lymph_node=False),
    )

    def course(first, second, new):
        sizes = [("T1", -7, 30), ("T2", -7, 30), ("T1", 56, first), ("T2", 60, second)]
        scans = [
            Reading(name, "V0" if on < 0 else "V1", calendar(on), float(size))
            for name, on, size in sizes
        ]
        scans += [Reading("N1", "V1", calendar(62), state="present")] if new else []
        return assess_patient(PatientScans("P1", calendar(0), lesions, tuple(scans)), strict)

    assert course(30, 30, new=False).time_points[0].day == 56
    assert course(30, 30, new=True).time_points[0].day == 62
    assert course(40, 40, new=False).time_points[0].day == 60
    assert course(40, 40, new=True).time_points[0].day == 60


def test_an_ablated_new_lesion_stays_a_new_lesion(read, calendar):
    # §3.4: a new lesion is progression whatever is done to it later.
    session = LocalTreatment("N1", calendar(60), "RFA", planned=True, complete=True)
    response = read({"T1": (30, 30, 30)}, new={"N1": (None, 12, None)}, local_treatments=(session,))
    assert response.time_points[0].overall.name == "PD"


@pytest.mark.parametrize(
    ("policy", "non_target"), [("not_evaluable", "NE"), ("zero", "CR"), ("zone", "NON_CR_NON_PD")]
)
def test_policies_count_for_non_targets_too(read, calendar, policy, non_target):
    session = LocalTreatment("NT1", calendar(20), "RFA", planned=True, complete=True)
    response = read(
        {"T1": (30, 30)},
        non_targets={"NT1": ("present", "present")},
        rules={"planned_ablation": policy},
        local_treatments=(session,),
    )
    assert response.time_points[0].non_target.name == non_target


def test_a_small_new_finding_is_equivocal_until_a_scan_settles_it(read):
    # RECIST 1.1 section 4.3.5: small size is the example of an equivocal new lesion.
    never = read({"T1": (30, 30, 30)}, new={"N1": (None, "too_small", None)})
    assert [point.overall.name for point in never.time_points] == ["SD", "SD"]
    later = read({"T1": (30, 30, 30)}, new={"N1": (None, "too_small", 12)})
    assert [point.overall.name for point in later.time_points] == ["PD", "PD"]
    gone = read({"T1": (30, 30, 30, 30)}, new={"N1": (None, "equivocal", "absent", "present")})
    assert [point.overall.name for point in gone.time_points] == ["SD", "SD", "PD"]
