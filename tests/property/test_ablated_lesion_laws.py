"""Laws of following ablated lesions: what may never matter, and what each answer stands on.

Source of the laws: the definitions of Ahmed 2014 and Puijk 2021 (``response/ablated/rules.py``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from following import READ
from trialwright.dataset.schema import ABLATION_FINDINGS
from trialwright.response import POLICIES, Lesion, LocalTreatment, PatientScans, Reading
from trialwright.response.ablated.both_readings import read_both
from trialwright.response.ablated.outcomes import AblationRules, outcomes_of
from trialwright.response.ablated.rules import Answer, LocalEnd, Zone

START = date(2024, 1, 8)
RULES = AblationRules((4.0, 8.0), "earliest")
NAMES = ("T1", "T2", "T3")
SCAN_DAYS = tuple(range(28, 365, 28))
LAST_DAY = 400


def on(number):
    return START + timedelta(days=number)


@st.composite
def readings(draw, name):
    """Return a baseline scan and some later scans of one lesion, each with a finding or none."""
    found = [Reading(name, "baseline", on(-7), 25.0)]
    for day in draw(st.lists(st.sampled_from(SCAN_DAYS), unique=True, max_size=6)):
        finding = draw(st.sampled_from((None, *ABLATION_FINDINGS)))
        state = draw(st.sampled_from((None, None, "absent", "unequivocal_progression")))
        size = None if state else draw(st.sampled_from((12.0, 27.0, 45.0)))
        found.append(Reading(name, f"day {day}", on(day), size, state, ablation_finding=finding))
    return found


@st.composite
def treatments(draw):
    """Return local treatments of some lesions, on days that are and are not those of scans."""
    done = []
    for name in NAMES:
        days = st.lists(st.integers(1, 200), unique=True, max_size=3)
        for day in draw(days):
            modality = draw(st.sampled_from(("RFA", "RFA", "MWA", "surgery")))
            success = draw(st.sampled_from((True, False, None)))
            planned = draw(st.booleans())
            done.append(LocalTreatment(name, on(day), modality, planned, success, 5.0))
    return tuple(done)


@st.composite
def patients(draw):
    found = [one for name in NAMES for one in draw(readings(name))]
    died = draw(st.none() | st.integers(366, LAST_DAY))
    return PatientScans(
        "P1",
        START,
        tuple(Lesion(name, "target", "liver", lymph_node=False) for name in NAMES),
        tuple(found),
        draw(treatments()),
        death=None if died is None else on(died),
    )


@given(patients(), st.randoms())
def test_the_order_of_rows_never_matters(scans, chance):
    shuffled, mixed = list(scans.readings), list(scans.local_treatments)
    chance.shuffle(shuffled)
    chance.shuffle(mixed)
    other = replace(scans, readings=tuple(shuffled), local_treatments=tuple(mixed))
    assert outcomes_of(other, RULES) == outcomes_of(scans, RULES)


@given(patients())
def test_every_answer_stands_on_what_it_says(scans):
    for one in outcomes_of(scans, RULES):
        assert one.controls == tuple(sorted(one.controls, key=lambda control: control.date))
        assert all(control.date > one.ablations[0].treatment_date for control in one.controls)
        assert set(one.ablations) == set(one.course) | set(one.retreatments)
        assert not set(one.course) & set(one.retreatments)
        assert {one.primary_efficacy, one.residual_tumour} in (
            {Answer.YES, Answer.NO},
            {Answer.NOT_ASSESSED},
        )
        assert (one.secondary_efficacy is None) == (not one.retreatments)
        if one.primary_efficacy == Answer.YES:
            assert one.first_control.zone == Zone.COMPLETE
        if not one.controls:
            assert one.efficacy == Answer.NOT_ASSESSED


@given(patients())
def test_local_progression_follows_a_complete_zone_and_death_follows_none(scans):
    for one in outcomes_of(scans, RULES):
        end, zones = one.local.end, [control.zone for control in one.controls]
        if end == LocalEnd.LOCAL_PROGRESSION:
            before = [c.zone for c in one.controls if c.date < one.local.date]
            at = [c.zone for c in one.controls if c.date == one.local.date]
            assert Zone.COMPLETE in before
            assert at == [Zone.TUMOUR]
            assert one.local.days > 0
            assert Zone.TUMOUR not in before[before.index(Zone.COMPLETE) :]
        elif end == LocalEnd.DEATH:
            assert one.local.date == scans.death
        elif end == LocalEnd.CENSORED:
            assert one.local.date == one.controls[-1].date
        elif end == LocalEnd.NEVER_COMPLETE:
            assert set(zones) == {Zone.TUMOUR}
            assert one.local.days is None
        else:
            assert zones == []


@given(patients(), st.integers(1, 30))
def test_a_scan_that_says_nothing_of_the_zone_changes_nothing_but_sizes(scans, later):
    silent = Reading("T1", "silent", on(later), 99.0)
    more = outcomes_of(replace(scans, readings=(*scans.readings, silent)), RULES)
    fewer = outcomes_of(scans, RULES)
    sizes = {"size_before_mm": None, "zone_sizes_mm": ()}
    assert [replace(one, **sizes) for one in more] == [replace(one, **sizes) for one in fewer]


@given(patients(), st.sampled_from(ABLATION_FINDINGS))
def test_one_more_control_at_the_end_changes_no_earlier_answer(scans, finding):
    last = Reading("T1", "last", on(LAST_DAY), 30.0, ablation_finding=finding)
    later = outcomes_of(replace(scans, readings=(*scans.readings, last)), RULES)
    for before, after in zip(outcomes_of(scans, RULES), later, strict=True):
        if before.controls:
            assert after.primary_efficacy == before.primary_efficacy
            assert (after.course, after.in_window) == (before.course, before.in_window)
        if before.local.end == LocalEnd.LOCAL_PROGRESSION:
            assert after.local == before.local
        if before.lesion.lesion_id != "T1":
            assert after == before


@given(patients())
def test_a_benign_rim_is_read_as_a_complete_zone(scans):
    plain = tuple(
        replace(one, ablation_finding="complete") if one.ablation_finding == "benign_rim" else one
        for one in scans.readings
    )
    rim, complete = (
        [
            (one.primary_efficacy, one.secondary_efficacy, one.local.end, one.local.days)
            for one in outcomes_of(given_scans, RULES)
        ]
        for given_scans in (scans, replace(scans, readings=plain))
    )
    assert rim == complete


@given(patients(), st.sampled_from(sorted(POLICIES)))
def test_both_readings_differ_through_planned_ablations_alone(scans, policy):
    both = read_both(scans, READ, policy)
    assert set(both.deciding) <= set(both.ablated)
    if both.best_differs:
        assert both.differ
    if not both.ablated:
        assert not both.differ
    if policy == "exclude":
        assert not both.differ
    assert bool(both.deciding) <= both.differ
