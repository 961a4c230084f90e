"""A study and a scenario as numbers: what is kept, what is refused, one type for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf, isnan
from typing import NamedTuple

import numpy as np
import pytest

from calm_trials import BARE_PLAN, PLAN, calm, worked_study
from drawn_trials import COUNTINGS, draw_scenario, draw_study, source_of
from trialwright.errors import StudyError
from trialwright.records import Column, as_record, blank_lists, blank_record, padded
from trialwright.simulate import list_scenarios, read_scenario
from trialwright.simulate.numbers import NO_ABLATION, nature_of, protocol_of
from trialwright.simulate.protocol import conduct_of, plan_trial, reading_of
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.study.vary import vary_study


class Inner(NamedTuple):
    day: float
    counts: tuple[int, ...]


class Outer(NamedTuple):
    inner: Inner
    flag: bool
    number: int


def read_back(record, kind):
    """Return a record as the named tuple that it was made of."""
    return {
        name: read_back(record[name], kind) if record[name].dtype.names else record[name].tolist()
        for name in record.dtype.names
    }


def test_a_record_holds_what_the_named_tuple_held():
    values = Outer(Inner(inf, (3, 1, 2)), True, -7)
    expected = {"inner": {"day": inf, "counts": [3, 1, 2]}, "flag": True, "number": -7}
    assert read_back(as_record(values), Outer) == expected


def test_words_are_no_numbers():
    with pytest.raises(TypeError, match="'liver' is no number"):
        as_record(Inner("liver", (1,)))


def test_padding_keeps_the_values_and_refuses_too_many():
    assert padded((1.0, 2.0), 4, inf) == (1.0, 2.0, inf, inf)
    assert padded((1.0, 2.0), 2, inf) == (1.0, 2.0)
    with pytest.raises(ValueError, match="3 values where at most 2"):
        padded((1, 2, 3), 2, 0)


def test_lists_and_records_of_a_layout_have_the_same_names_and_zeros():
    layout = Inner(Column("number", 0), Column("count", 3))
    record = blank_record(layout)
    assert record.dtype.names == blank_lists(layout)._fields
    assert record["counts"].tolist() == blank_lists(layout).counts == [0, 0, 0]


def test_every_study_and_scenario_has_one_type():
    """Machine code is made for a type: another study must not be compiled for again."""
    types = set()
    for number in range(12):
        source = source_of(number)
        study, counting = draw_study(source), source.choice(COUNTINGS)
        types.add(as_record(TrialMachine.of(study, draw_scenario(source), counting).terms).dtype)
    worked = [TrialMachine.of(worked_study(), read_scenario(n), "study") for n in list_scenarios()]
    types |= {as_record(machine.terms).dtype for machine in worked}
    assert len(types) == 1


def test_a_scenario_keeps_its_numbers():
    scenario = read_scenario("regotori_liver_like")
    nature = nature_of(scenario, PLAN)
    assert nature.growth.kg_median_per_week == scenario.growth.kg_median_per_week
    hazards = nature.ablation.local_progression_hazards_per_month
    assert hazards[:4] == scenario.ablation.local_progression_hazards_per_month
    assert set(nature.ablation.margin_limits_mm[3:]) == {inf}
    assert nature.ablatable_size.most == 30.0
    assert nature_of(scenario, BARE_PLAN).ablatable_size.most == scenario.lesions.largest_mm
    assert not any(isnan(x) for x in nature.ablatable_size)


def test_a_plan_keeps_its_days():
    protocol = protocol_of(calm(), replace(PLAN, data_cut=date(2024, 1, 8)))
    assert protocol.cut_day == 1  # the day of the cut itself is in the data
    assert (protocol.ablation_first_day, protocol.ablation_last_day) == (7, 21)
    bare = protocol_of(calm(), BARE_PLAN)
    assert (bare.cut_day, bare.ablation_first_day) == (inf, NO_ABLATION)


def test_days_of_the_study_count_from_1_and_those_of_the_plan_from_0():
    plan = plan_trial(worked_study())
    first, last = worked_study().ablation.timing.require()
    assert (plan.ablation.first_day, plan.ablation.last_day) == (first - 1, last - 1)


def test_the_conduct_is_that_of_the_study():
    conduct = conduct_of(worked_study())
    assert (conduct.first_stage_patients, conduct.first_stage_bound) == (10, 1)
    assert (conduct.patients, conduct.final_bound) == (29, 5)
    assert conduct.look_days == 25 * 7
    assert conduct.accrual_pauses
    looks = np.array(conduct.toxicity_looks)
    assert (np.diff(looks[looks < 2**31 - 1]) > 0).all()


@pytest.mark.parametrize("stops", ["confirmation_required", "persistent_partial_response"])
def test_the_reading_follows_the_study(stops):
    yes, no = (
        reading_of(vary_study(worked_study(), {f"response.{stops}": choice}, basis="x"))
        for choice in (True, False)
    )
    assert yes != no
    assert yes.stops_at_progression


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("response.baseline_after_ablation", True),
        ("response.tumour_marker", "CEA"),
        ("response.best_response_rules", "admiral"),
        ("rates.ablation_not_performed", "composite"),
    ],
)
def test_many_trials_of_what_only_an_analysis_can_follow_are_refused(path, value):
    study = vary_study(worked_study(), {path: value}, basis="x")
    with pytest.raises(StudyError, match=path):
        TrialMachine.of(study, calm(), "study")
