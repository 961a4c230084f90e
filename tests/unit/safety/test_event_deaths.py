"""Deaths and the last treatment."""

from __future__ import annotations

import pytest

from event_trials import LAST, ablation, day, death, dose, event, trial
from trialwright.safety.deaths import deaths_on_treatment, place_death


def only(study, *events, **tables):
    return deaths_on_treatment(trial(*events, **tables), study).row(0, named=True)


@pytest.mark.parametrize(
    ("number", "period", "listed"),
    [
        (LAST, "on treatment", True),
        (LAST + 1, "after treatment", True),
        (LAST + 30, "after treatment", True),
        (LAST + 31, "later", False),
    ],
)
def test_a_death_is_counted_from_the_last_treatment(crclm_study, number, period, listed):
    row = only(crclm_study, deaths=[death(number, "toxicity")])
    assert (row["period"], row["listed"], row["day"]) == (period, listed, number)
    assert row["days_after_treatment"] == number - LAST
    assert row["cause_category"] == "toxicity"


def test_the_sentence_names_the_days(crclm_study):
    whys = [only(crclm_study, deaths=[death(LAST + n)])["why"] for n in (0, 1, 2)]
    assert whys == [
        "died on 2026-03-05, on treatment: the last was given on 2026-03-05",
        "died on 2026-03-06, 1 day after the last treatment on 2026-03-05",
        "died on 2026-03-07, 2 days after the last treatment on 2026-03-05",
    ]
    assert place_death(day(LAST + 1), day(LAST + 20), day(LAST), 30)[1] == (
        "died from 2026-03-06 to 2026-03-25, 1 day or more after the last treatment on 2026-03-05"
    )


def test_a_completed_date_counts_as_it_stands(crclm_study):
    completed = death(LAST + 2) | {"death_date_partial": "2026", "death_date_imputed": "M"}
    row = only(crclm_study, deaths=[completed])
    assert (row["period"], row["known_from"]) == ("after treatment", day(-4))


def test_an_ablation_is_a_treatment(crclm_study):
    late = {"doses": [dose(last=10)], "ablations": [ablation(40)], "deaths": [death(70)]}
    assert only(crclm_study, **late)["period"] == "after treatment"
    late["ablations"] = [ablation(40, planned=False)]
    assert only(crclm_study, **late)["period"] == "later"


def test_fatal_events_stand_beside_the_death(crclm_study):
    events = (event(40, term="Sepsis", grade=5), event(41, outcome="fatal"), event(42, term="Rash"))
    assert only(crclm_study, *events, deaths=[death(50)])["fatal_events"] == ["Sepsis", "Fatigue"]


def test_who_was_never_treated_is_in_the_frame(crclm_study):
    row = only(crclm_study, event(patient="P9"), doses=[dose()], deaths=[death(9, patient="P9")])
    assert (row["period"], row["listed"]) == ("never treated", False)


def test_a_death_known_in_part(crclm_study):
    last = day(LAST)  # 5 March 2026
    assert place_death(day(LAST + 1), day(LAST + 20), last, 30)[0] == "after treatment"
    assert place_death(day(LAST + 40), day(LAST + 70), last, 30)[0] == "later"
    period, why = place_death(day(LAST - 4), day(LAST + 26), last, 30)
    assert period == "unknown"
    assert why == "died from 2026-03-01 to 2026-03-31; the last treatment was on 2026-03-05"
    for low, high in ((None, None), (day(LAST), None), (None, day(LAST))):
        assert place_death(low, high, last, 30)[0] == "unknown"
    undated = {"patient_id": "P1", "death_date": None, "death_date_partial": "2026-03"}
    row = only(crclm_study, deaths=[undated])
    assert (row["period"], row["listed"], row["known_to"]) == ("unknown", True, day(86))
