"""The per-protocol set: enough of each planned dose, no major deviation, in the order of the rules.

Source: ``shared/reference/domain.md`` §5.4; ``docs/decisions/015-analysis-sets.md``.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from trialwright.endpoints.set_facts import dose_percent
from written_trial import Trial, reason, treated

# --- Dose

REGORAFENIB = (80.0, 28, 21)  # mg, cycle, days given
TORIPALIMAB = (240.0, 21, 1)


def drug(mg, cycle, given):
    return SimpleNamespace(
        dose_mg=SimpleNamespace(value=mg),
        cycle_days=SimpleNamespace(value=cycle),
        days_given=SimpleNamespace(value=given),
    )


@pytest.mark.parametrize(
    ("plan", "days", "administrations"),
    [
        *((REGORAFENIB, n, n) for n in (1, 2, 20, 21)),
        *((REGORAFENIB, n, 21) for n in (22, 27, 28)),
        *((REGORAFENIB, n, planned) for n, planned in ((29, 22), (49, 42), (56, 42), (57, 43))),
        *((TORIPALIMAB, n, 1) for n in (1, 2, 21)),
        *((TORIPALIMAB, n, planned) for n, planned in ((22, 2), (42, 2), (43, 3), (84, 4))),
    ],
)
def test_the_planned_dose_is_that_of_the_days_given(plan, days, administrations):
    assert dose_percent(plan[0] * administrations, drug(*plan), days) == 100
    assert dose_percent(plan[0] * administrations / 2, drug(*plan), days) == 50
    assert dose_percent(0.0, drug(*plan), days) == 0


@pytest.mark.parametrize("open_field", [0, 1, 2])
def test_an_open_plan_has_no_percentage(open_field):
    plan = [None if i == open_field else value for i, value in enumerate(REGORAFENIB)]
    assert dose_percent(80.0, drug(*plan), 28) is None


def per_protocol(trial, study):
    return reason(trial.ablate().sets(study), "per_protocol")


def infused(trial, *days):
    for on in days:
        trial.dose("Toripalimab", on, on, 240)
    return trial


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(0, 20, 80)], None),
        ([(0, 20, 40)], None),  # exactly the 50 % that the study asks for
        ([(0, 20, 39.9)], "Regorafenib: 49.8 % of the planned dose, less than 50 %"),
        ([(0, 9, 80)], "Regorafenib: 47.6 % of the planned dose, less than 50 %"),
        ([(0, 4, 80), (5, 20, 40)], None),
        ([(0, 20, 0), (0, 4, 80)], "Regorafenib: 23.8 % of the planned dose, less than 50 %"),
        ([(0, 0, 0)], "Regorafenib: 0 % of the planned dose, less than 50 %"),
        ([], "Regorafenib: 0 % of the planned dose, less than 50 %"),
    ],
    ids=str,
)
def test_the_dose_of_a_daily_drug(crclm_study, given, expected):
    trial = infused(Trial().enrol(), 0, 21).stop(27)
    for first, last, mg in given:
        trial.dose("Regorafenib", first, last, mg)
    assert per_protocol(trial, crclm_study) == expected


@pytest.mark.parametrize(
    ("infusions", "stop", "expected"),
    [
        ((0,), 20, None),
        ((0,), 21, None),  # the second infusion was due on the last day: 1 of 2
        ((0,), 42, "Toripalimab: 33.3 % of the planned dose, less than 50 %"),
        ((0, 21), 62, None),
        ((), 27, "Toripalimab: 0 % of the planned dose, less than 50 %"),
    ],
)
def test_the_dose_of_an_infusion_every_three_weeks(crclm_study, infusions, stop, expected):
    trial = infused(Trial().enrol(), *infusions).stop(stop)
    for cycle in range(0, stop + 1, 28):
        trial.dose("Regorafenib", cycle, min(cycle + 20, stop), 80)
    assert per_protocol(trial, crclm_study) == expected


def test_a_patient_treated_by_ablation_alone_received_none_of_either_drug(crclm_study):
    trial = Trial().enrol().stop(27)
    assert per_protocol(trial, crclm_study) == (
        "Regorafenib: 0 % of the planned dose, less than 50 %"
    )


def test_the_names_of_drugs_are_compared_without_case(crclm_study):
    trial = Trial().enrol().stop(20).dose("REGORAFENIB", 0, 20, 80).dose("toripalimab", 0, 0, 240)
    assert per_protocol(trial, crclm_study) is None


def test_without_an_end_of_treatment_the_time_goes_to_the_last_contact(crclm_study):
    trial = infused(Trial().enrol(alive=200), 0).dose("Regorafenib", 0, 20, 80)
    # last contact on day 200: 201 days hold 7 cycles and 5 days of the next, so 152 planned
    assert per_protocol(trial, crclm_study) == (
        "Regorafenib: 13.8 % of the planned dose, less than 50 %"
    )


def test_a_row_without_an_end_goes_on_to_the_end_of_treatment(crclm_study):
    # A data cut leaves the row of a drug still given without an end (dataset.cut_data)
    trial = infused(Trial().enrol(alive=18), 0).dose("Regorafenib", 0, None, 80)
    assert per_protocol(trial, crclm_study) is None


@pytest.mark.parametrize(
    ("rows", "percent"),
    [
        ([(0, None, 39)], "48.7 %"),  # 42 of 56 days: with the days off it would be 65 %
        ([(0, 20, 40), (28, None, 39)], "49.3 %"),
        ([(0, None, 40), (28, None, 39)], "49.3 %"),  # the first goes on to the second
        ([(0, None, 80), (10, None, 0)], "23.8 %"),  # a dose left out ends it too: 10 of 42
        ([(0, 9, 40), (10, None, 39)], "49 %"),  # days 11-21 of the cycle, then 21 of the next
        ([(24, None, 80)], None),  # the cycles begin with the first dose of the drug: 25 of 42
        ([(0, 20, 39), (21, None, 80)], None),
        ([(0, 20, 80), (21, None, 0)], None),
        ([(0, 6, 80), (50, None, 80)], "16.6 %"),  # after day 49 the second cycle is off
    ],
    ids=str,
)
def test_a_row_without_an_end_counts_the_planned_days_only(crclm_study, rows, percent):
    trial = infused(Trial().enrol(), 0, 21, 42).stop(55)
    for first, last, mg in rows:
        trial.dose("Regorafenib", first, last, mg)
    expected = percent and f"Regorafenib: {percent} of the planned dose, less than 50 %"
    assert per_protocol(trial, crclm_study) == expected


def test_an_infusion_without_an_end_was_given_once(crclm_study):
    trial = Trial().enrol().stop(62)
    for cycle in (0, 28, 56):
        trial.dose("Regorafenib", cycle, min(cycle + 20, 62), 80)
    trial.dose("Toripalimab", 0, None, 240)
    assert per_protocol(trial, crclm_study) == (
        "Toripalimab: 33.3 % of the planned dose, less than 50 %"
    )


@pytest.mark.parametrize("stop", [-1, -8, -29])
def test_an_end_of_treatment_before_the_first_dose_stops_nothing(crclm_study, stop):
    trial = infused(Trial().enrol(on=-40), 0).dose("Regorafenib", 0, 20, 80).stop(stop)
    assert per_protocol(trial, crclm_study) is None


# --- Deviations, and the order of the rules


@pytest.mark.parametrize(
    ("deviations", "expected"),
    [
        ([("late scan", False)], None),
        ([("wrong dose", True)], "major protocol deviation: wrong dose"),
        ([("late scan", False), ("wrong dose", True)], "major protocol deviation: wrong dose"),
        (
            [("wrong dose", True), ("no consent", True)],
            "major protocol deviation: wrong dose",
        ),
    ],
)
def test_a_major_deviation_leaves_a_patient_out(crclm_study, deviations, expected):
    trial = treated()
    for what, major in deviations:
        trial.deviate(what, major=major)
    sets = trial.sets(crclm_study)
    assert reason(sets, "per_protocol") == expected
    assert reason(sets, "full_analysis") is None


def test_the_first_rule_that_fails_is_the_reason(crclm_study):
    trial = Trial().enrol().dose("Regorafenib", 0, 2, 80).stop(27).deviate("late", major=True)
    assert reason(trial.sets(crclm_study), "per_protocol") == "no planned ablation was attempted"
    ablated = trial.ablate()
    assert reason(ablated.sets(crclm_study), "per_protocol").startswith("Regorafenib: 14.2 %")
    ablated.dose("Regorafenib", 3, 20, 80).dose("Toripalimab", 0, 0, 240)
    assert reason(ablated.sets(crclm_study), "per_protocol") == "major protocol deviation: late"
