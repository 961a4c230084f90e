"""The other ways of a trial: each analysed once, equal to an analysis made by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_trial import FINDINGS, make_dataset, make_study

from trialwright.analysis import analyse, compare_ways
from trialwright.analysis.beside import count_otherwise, read_beside, read_others
from trialwright.analysis.rates_in_sets import rate_in_set, rates_by_set
from trialwright.analysis.sensitivity import can_compare, compare_endpoints, tabulate_ways
from trialwright.analysis.time_summary import quartiles_of, range_of
from trialwright.study.vary import vary_study

FIELDS = ("sets", "responses", "proportions", "follow_up", "stage", "readings", "patients")


@pytest.fixture(scope="module")
def study():
    return make_study()


@pytest.fixture(scope="module")
def dataset():
    return make_dataset().with_findings(FINDINGS)


@pytest.fixture(scope="module")
def readings(dataset, study):
    return read_beside(analyse(dataset, study))


def test_another_reading_is_the_analysis_of_the_varied_study(dataset, study, readings):
    (unconfirmed,) = [one for one in readings.others if one.name == "unconfirmed"]
    varied = vary_study(study, {"response.confirmation_required": False}, basis="by hand")
    alone = analyse(dataset, varied)
    for name in FIELDS:
        # repr: a sum that was not read is nan, which equals nothing
        assert repr(getattr(unconfirmed.analysis, name)) == repr(getattr(alone, name)), name
    assert unconfirmed.analysis.findings == alone.findings
    assert [one.times for one in unconfirmed.analysis.survival] == [
        one.times for one in alone.survival
    ]


def test_only_the_studys_own_way_compares_policies(readings):
    assert readings.own.policies
    assert all(one.analysis.policies == () for one in readings.others)


def test_the_ways_are_those_of_the_comparison(readings, dataset, study):
    assert readings.ways == (*readings.countings, *readings.others, *readings.readers)
    assert [one.name for one in readings.ways] == [
        one.name for one in compare_ways(dataset, study, "PFS").variants[1:]
    ]
    own = readings.own
    assert [one.name for one in count_otherwise(own)] == [one.name for one in readings.countings]
    assert [one.name for one in read_others(own)] == [one.name for one in readings.others]


@pytest.mark.parametrize("key", ["PFS", "OS", "DOR"])
def test_a_shared_table_is_that_of_one_endpoint(readings, dataset, study, key):
    alone, shared = (
        compare_ways(dataset, study, key),
        tabulate_ways(readings.own, readings.ways, key),
    )
    assert [replace(one, estimate=None) for one in shared.variants] == [
        replace(one, estimate=None) for one in alone.variants
    ]
    assert [str(one.estimate) for one in shared.variants] == [
        str(one.estimate) for one in alone.variants
    ]
    assert shared.moved == alone.moved
    assert set(shared.findings) == set(alone.findings)


def test_a_rate_is_compared_in_readings_alone(dataset, study):
    rate, time = compare_endpoints(dataset, study, ["ORR", "PFS"])
    assert [one.name for one in rate.variants] == ["study", "unconfirmed", "all_disease", "irecist"]
    assert len(time.variants) > len(rate.variants)
    assert rate.unit == "proportion"


def test_what_nobody_has_in_any_way_cannot_be_compared(readings):
    assert can_compare(readings.own, readings.ways, "PFS")
    assert not can_compare(readings.own, readings.ways, "LTP")


def test_a_rate_in_a_set_is_the_one_that_the_analysis_has(readings):
    own = readings.own
    found = {one.counted.name: one for one in rates_by_set(own)}
    assert found["full_analysis"].estimate == own.proportion("ORR").estimate
    evaluable = own.proportion("ORR response evaluable")
    assert found["response_evaluable"].estimate == evaluable.estimate
    assert found["per_protocol"].estimate == own.proportion("ORR per protocol").estimate
    control = rate_in_set(own, "full_analysis", "DCR")
    assert control.estimate == own.proportion("DCR").estimate
    with pytest.raises(KeyError):
        rate_in_set(own, "intention_to_treat")


def test_quartiles_are_those_of_the_curve_and_the_range_knows_what_is_censored(readings, study):
    result = readings.own.survival_of("PFS")
    first, middle, third = quartiles_of(result, study)
    assert str(middle) == str(result.median)
    assert first.value == pytest.approx(57 / study.endpoints.days_per_month.value)
    assert third.method == study.statistics.survival_interval.value
    found = range_of(result, study)
    days = sorted(one.days for one in result.times)
    month = study.endpoints.days_per_month.value
    assert (found.least, found.largest) == (days[0] / month, days[-1] / month)
    longest = [one.event for one in result.times if one.days == days[-1]]
    assert found.largest_ended == all(longest)
