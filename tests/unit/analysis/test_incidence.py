"""Endpoints with a competing event: incidences by Aalen and Johansen, in a table of landmarks."""

from __future__ import annotations

import pytest

from trialwright.analysis import analyse, landmarks_frame
from trialwright.simulate import simulate_study
from trialwright.stats import CumulativeIncidence


@pytest.fixture(scope="module")
def analysis(crclm_study):
    return analyse(simulate_study(crclm_study, seed=20261, patients=29), crclm_study)


def test_the_incidence_counts_death_as_competing(analysis) -> None:
    found = analysis.result_of("TTP competing")
    months = [time.days / 30.4375 for time in found.times]
    codes = [1 if time.event else 2 if time.competing else 0 for time in found.times]
    alone = CumulativeIncidence.fit(months, codes, causes=("progression", "death"))
    month, estimate = found.landmarks[1]
    expected = alone.at(month, cause="progression", level=0.95, band="log-log")
    assert (estimate.value, estimate.low, estimate.high) == (
        expected.value,
        expected.low,
        expected.high,
    )
    assert {2} <= set(codes)


def test_it_lies_below_what_kaplan_meier_would_say(analysis) -> None:
    competing = dict(analysis.result_of("TTP competing").landmarks)
    alone = dict(analysis.survival_of("TTP").landmarks)
    for month, incidence in competing.items():
        if incidence.state == alone[month].state == "estimated":
            assert incidence.value <= 1 - alone[month].value + 1e-12


def test_the_table_of_landmarks_holds_every_endpoint_that_has_some(analysis) -> None:
    table = landmarks_frame(analysis)
    with_landmarks = [one.key for one in analysis.timed if one.landmarks]
    assert table["endpoint"].unique(maintain_order=True).to_list() == with_landmarks
    assert table.height == sum(len(one.landmarks) for one in analysis.timed)
    incidence = table.filter(endpoint="TTP competing")
    assert incidence["measure"].unique().to_list() == ["cumulative incidence"]
    assert table["estimate"].is_nan().sum() == 0
    not_estimable = table.filter(state="not estimable")
    assert not_estimable["estimate"].null_count() == not_estimable.height
