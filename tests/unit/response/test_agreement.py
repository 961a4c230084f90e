"""Agreement of two readers, against counts and kappas worked out by hand."""

from __future__ import annotations

from math import isnan

import pytest
from two_readers import GREW_EARLY, GREW_LATE, RESPONDED, STABLE, choose, make_trial, read_each

from trialwright.response import Response
from trialwright.response.compare.agreement import cohen_kappa, compare_readers, count_adjudications

CR, PR, SD, PD = Response.CR, Response.PR, Response.SD, Response.PD


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # 50 pairs: po = 35/50; readers say PR in 25 and 30: pe = (25*30 + 25*20)/2500 = 1/2
        ({(PR, PR): 20, (PR, SD): 5, (SD, PR): 10, (SD, SD): 15}, 0.4),
        # 20 pairs: po = 13/20; rows 8, 7, 5, columns 7, 8, 5: pe = (56 + 56 + 25)/400 = 137/400
        (
            {(PR, PR): 6, (PR, SD): 2, (SD, SD): 4, (SD, PR): 1, (SD, PD): 2,
             (PD, PD): 3, (PD, SD): 2},
            (13 / 20 - 137 / 400) / (1 - 137 / 400),
        ),
        ({(PR, PR): 3, (SD, SD): 1}, 1.0),
        ({(PR, SD): 1, (SD, PR): 1}, -1.0),
        ({(PR, SD): 5}, 0.0),
    ],
)  # fmt: skip
def test_kappa_by_hand(table, kappa):
    assert cohen_kappa(table) == pytest.approx(kappa, abs=1e-15)


@pytest.mark.parametrize("table", [{}, {(PD, PD): 7}])
def test_kappa_is_not_defined_where_chance_explains_everything(table):
    assert isnan(cohen_kappa(table))


@pytest.fixture
def trial():
    return make_trial(
        {
            "P1": {"central_1": RESPONDED, "central_2": STABLE},  # PR PR / SD SD
            "P2": {"central_1": STABLE, "central_2": STABLE},  # SD SD / SD SD
            "P3": {"central_1": GREW_LATE, "central_2": GREW_EARLY},  # SD PD / PD
            "P4": {"central_1": STABLE},
        }
    )


def test_time_points_that_both_called_are_counted(trial):
    points, best = compare_readers(read_each(trial))
    assert (points.level, points.first, points.second) == ("time point", "central_1", "central_2")
    assert points.table == {(PR, SD): 2, (SD, SD): 2, (SD, PD): 1}
    assert (points.compared, points.agreed, points.share) == (5, 2, 0.4)
    # week 16 of P3 and both time points of P4 were called by the first reader alone
    assert (points.only_first, points.only_second) == (3, 0)
    assert points.categories == (PR, SD, PD)
    assert best.table == {(PR, SD): 1, (SD, SD): 1, (SD, PD): 1}
    assert (best.only_first, best.only_second) == (1, 0)


def test_discordant_calls_are_listed_with_both_reasons(trial):
    points, best = compare_readers(read_each(trial))
    found = [(one.patient_id, one.visit, one.first, one.second) for one in points.discordant]
    assert found == [
        ("P1", "week 8", PR, SD),
        ("P1", "week 16", PR, SD),
        ("P3", "week 8", SD, PD),
    ]
    assert "−40.0 % from baseline" in points.discordant[0].first_reason
    assert "−4.0 % from baseline" in points.discordant[0].second_reason
    assert [one.patient_id for one in best.discordant] == ["P1", "P3"]
    assert best.discordant[0].visit is None


def test_a_time_point_that_was_read_without_a_baseline_was_not_called():
    trial = make_trial({"P1": {"central_1": STABLE, "central_2": (None, 48, 47)}})
    points, best = compare_readers(read_each(trial))
    assert (points.compared, points.only_first, points.only_second) == (0, 2, 0)
    assert (best.compared, best.only_first, best.only_second) == (1, 0, 0)


def test_one_reader_has_nobody_to_agree_with():
    assert compare_readers(read_each(make_trial({"P1": {"investigator": STABLE}}))) == ()


def test_three_readers_make_three_pairs():
    readers = {"investigator": STABLE, "central_1": STABLE, "central_2": STABLE}
    pairs = compare_readers(read_each(make_trial({"P1": readers})))
    assert [(one.first, one.second) for one in pairs[::2]] == [
        ("investigator", "central_1"),
        ("investigator", "central_2"),
        ("central_1", "central_2"),
    ]


def test_adjudications_are_counted(trial):
    courses = {
        "P1": {"central_1": RESPONDED, "central_2": STABLE},
        "P2": {"central_1": STABLE, "central_2": STABLE},
        "P3": {"central_1": GREW_LATE, "central_2": GREW_EARLY},
        "P4": {"central_1": STABLE},
    }
    decided = make_trial(courses, accepted={"P1": "central_2", "P2": "central_2"})
    count = count_adjudications(choose(decided).values())
    assert (count.read_by_both, count.differing, count.adjudicated) == (3, 2, 1)
    assert count.not_evaluable == ("P3", "P4")
    assert count.rate == pytest.approx(2 / 3)
    assert count_adjudications(choose(trial, reader="central_1").values()) is None
