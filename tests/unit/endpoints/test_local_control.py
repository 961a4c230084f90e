"""Local control of ablated lesions: per lesion with death competing, and per patient.

Sources: Puijk et al., Radiology 2021 (local progression per tumour from the ablation on, death a
competing event, survival per patient); Ahmed et al., Radiology 2014;273:241 (local progression
needs a scan that showed the ablation complete). ``shared/reference/domain.md`` §4.4.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from called_patients import START, day

from following import FDA
from trialwright.endpoints import (
    Member,
    NoTime,
    Patient,
    TimeToEvent,
    local_progression_free_survival,
    local_progression_free_survival_of_lesions,
    time_to_local_progression,
)
from trialwright.response import Lesion, LocalTreatment, PatientScans, Reading, assess_patient
from trialwright.response.ablated.outcomes import AblationRules, outcomes_of

OK, RIM, LEFT, BACK = "complete", "benign_rim", "residual", "local_progression"
RULES = AblationRules((4.0, 8.0), "earliest")


def scans(lesions, ablations, *, death=None, name="P1"):
    """Write a patient: lesions map days of controls to findings; ablations are (lesion, day)."""
    readings = [Reading(lesion, "baseline", day(-7), 30.0) for lesion in lesions]
    readings += [
        Reading(lesion, f"D{on}", day(on), 40.0, ablation_finding=finding)
        for lesion, controls in lesions.items()
        for on, finding in controls.items()
    ]
    return PatientScans(
        name,
        START,
        tuple(Lesion(lesion, "target", "liver", lymph_node=False) for lesion in lesions),
        tuple(readings),
        tuple(
            LocalTreatment(lesion, day(on), how, planned)
            for lesion, on, how, planned in (_filled(one) for one in ablations)
        ),
        death=day(death),
    )


def _filled(ablation):
    return (*ablation, "RFA", True)[:4] if len(ablation) == 2 else ablation


def patient(written):
    from following import READ

    member = Member(written.patient_id, day(-7), START, None)
    return Patient(member, assess_patient(written, READ), written.death, None, day(400))


def follow(
    lesions, ablations=(("T1", 14),), endpoint=time_to_local_progression, rules=FDA, **facts
):
    written = scans(lesions, ablations, **facts)
    return endpoint([patient(written)], outcomes_of(written, RULES), rules)


def said(time):
    if isinstance(time, NoTime):
        return (time.lesion_id, "no time")
    status = "event" if time.event else "competing" if time.competing else "censored"
    return (time.lesion_id, time.days, status)


PER_LESION = [
    # what the controls show, death: with death competing, with death as an event
    ({70: OK, 126: OK}, None, (112, "censored"), (112, "censored")),
    ({70: OK, 126: RIM}, None, (112, "censored"), (112, "censored")),
    ({70: OK, 126: BACK}, None, (112, "event"), (112, "event")),
    ({70: OK, 126: BACK, 182: OK}, 300, (112, "event"), (112, "event")),
    ({70: OK, 126: OK}, 200, (186, "competing"), (186, "event")),
    ({}, None, (0, "censored"), (0, "censored")),
    ({}, 60, (46, "competing"), (46, "event")),
    ({70: LEFT, 126: LEFT}, None, ("no time",), ("no time",)),
    ({70: LEFT, 126: LEFT}, 300, ("no time",), ("no time",)),
    # tumour that no complete control came before is residual, whatever it was called
    ({70: BACK, 126: BACK}, None, ("no time",), ("no time",)),
    # a zone that became complete later (after another ablation, say) can come back
    ({70: LEFT, 126: OK, 182: BACK}, None, (168, "event"), (168, "event")),
]


@pytest.mark.parametrize(("controls", "death", "competing", "event"), PER_LESION)
def test_each_lesion_ends_in_its_own_way(controls, death, competing, event):
    (found,) = follow({"T1": controls}, death=death)
    assert said(found) == ("T1", *competing)
    (found,) = follow(
        {"T1": controls}, death=death, endpoint=local_progression_free_survival_of_lesions
    )
    assert said(found) == ("T1", *event)


@pytest.mark.parametrize(
    ("controls", "death", "kind", "source"),
    [
        ({70: OK, 126: OK}, None, "no local progression at the last control", "measurements, D126"),
        ({70: OK, 126: BACK}, None, "local progression", "measurements, D126"),
        ({70: OK}, 200, "death", "deaths"),
        ({}, None, "no control so far", "ablations"),
    ],
)
def test_the_end_names_its_kind_and_its_source(controls, death, kind, source):
    (found,) = follow({"T1": controls}, death=death)
    assert (found.kind, found.source) == (kind, source)
    assert found.reason
    assert found.start == day(14)


def test_a_death_is_told_as_competing_where_it_competes_and_as_the_event_where_it_is_one():
    written = scans({"T1": {70: OK}}, [("T1", 14)], death=200)
    one = replace(patient(written), imputed=(("death", "D"),))
    lesions = outcomes_of(written, RULES)
    (competes,) = time_to_local_progression([one], lesions, FDA)
    (counts,) = local_progression_free_survival_of_lesions([one], lesions, FDA)
    assert "competing" in competes.reason
    assert "competing" not in counts.reason
    assert counts.reason.startswith("death")
    assert (competes.imputed, counts.imputed) == ("D", "D")
    alive = scans({"T1": {70: OK}}, [("T1", 14)])
    (censored,) = time_to_local_progression(
        [replace(patient(alive), imputed=(("death", "D"),))], outcomes_of(alive, RULES), FDA
    )
    assert censored.imputed is None


def test_time_starts_with_the_last_ablation_of_the_course():
    # two planned sessions before the first control are one course
    (found,) = follow({"T1": {84: OK, 140: BACK}}, [("T1", 14), ("T1", 28)])
    assert (found.start, found.days, found.event) == (day(28), 112, True)


def test_a_repeated_ablation_does_not_start_time_again():
    # complete, back, ablated again: the first local progression is the event
    (found,) = follow({"T1": {70: OK, 126: BACK, 196: OK}}, [("T1", 14), ("T1", 140, "RFA", False)])
    assert (found.start, found.days, found.event) == (day(14), 112, True)


def test_after_surgery_the_lesion_is_followed_no_further():
    (found,) = follow(
        {"T1": {70: OK, 126: OK}}, [("T1", 14), ("T1", 150, "surgery", False)], death=300
    )
    assert said(found) == ("T1", 112, "censored")


def test_a_death_before_the_ablation_is_a_contradiction():
    for endpoint in (time_to_local_progression, local_progression_free_survival_of_lesions):
        (found,) = follow({"T1": {}}, [("T1", 14)], death=10, endpoint=endpoint)
        assert (found.contradiction, found.lesion_id) == (True, "T1")
        assert str(day(10)) in found.why
        assert str(day(14)) in found.why
    (whole,) = follow({"T1": {}}, death=10, endpoint=local_progression_free_survival)
    assert whole.contradiction


def test_lesions_of_other_patients_are_not_counted():
    one = scans({"T1": {70: OK}}, [("T1", 14)])
    other = scans({"T1": {70: OK, 126: BACK}}, [("T1", 14)], name="P2")
    lesions = (*outcomes_of(one, RULES), *outcomes_of(other, RULES))
    for endpoint in (time_to_local_progression, local_progression_free_survival_of_lesions):
        assert [time.patient_id for time in endpoint([patient(other)], lesions, FDA)] == ["P2"]
        assert endpoint([], lesions, FDA) == ()
    (found,) = local_progression_free_survival([patient(one)], lesions, FDA)
    assert (found.patient_id, found.event) == ("P1", False)


# --- Per patient

TWO = (("T1", 14), ("T2", 20))
PER_PATIENT = [
    # controls of T1 and of T2, death: days from the first ablation (day 14), event, lesion
    ({70: OK, 126: OK}, {70: OK, 126: OK}, None, (112, False)),
    ({70: OK, 126: OK}, {70: OK, 126: BACK}, None, (112, True)),
    ({70: OK, 126: BACK}, {70: OK, 182: BACK}, None, (112, True)),
    # until the earliest of the last controls all are known to be controlled
    ({70: OK, 182: OK}, {70: OK}, None, (56, False)),
    # an event counts, also after the last control of another lesion
    ({70: OK, 182: BACK}, {70: OK}, None, (168, True)),
    ({70: OK}, {70: OK, 126: OK}, 200, (186, True)),
    ({70: OK, 126: BACK}, {70: OK}, 200, (112, True)),
    # a lesion without a control: nothing is known of the patient beyond its ablation
    ({70: OK}, {}, None, (6, False)),
    # a lesion never complete has no local progression
    ({70: LEFT}, {70: OK, 126: OK}, None, (112, False)),
]


@pytest.mark.parametrize(("first", "second", "death", "expected"), PER_PATIENT)
def test_a_patient_is_free_while_all_lesions_are(first, second, death, expected):
    (found,) = follow(
        {"T1": first, "T2": second}, TWO, death=death, endpoint=local_progression_free_survival
    )
    assert (found.days, found.event) == expected
    assert (found.start, found.lesion_id) == (day(14), None)
    assert not found.competing
    assert found.reason.startswith(("T1: ", "T2: "))


def test_time_of_a_patient_starts_with_the_first_ablation_of_any_lesion():
    lesions = {"T1": {70: OK, 126: OK}, "T2": {70: OK, 126: OK}}
    for ablations in ([("T1", 14), ("T2", 20)], [("T1", 20), ("T2", 14)]):
        (found,) = follow(lesions, ablations, endpoint=local_progression_free_survival)
        assert (found.start, found.days) == (day(14), 112)


def test_who_was_not_ablated_or_never_completely_has_no_time():
    (none,) = follow({"T1": {}}, [], endpoint=local_progression_free_survival)
    assert none == NoTime("P1", "no lesion was ablated")
    (never,) = follow(
        {"T1": {70: LEFT, 126: LEFT}}, endpoint=local_progression_free_survival, death=300
    )
    assert isinstance(never, NoTime)
    assert not never.contradiction
    assert "no complete ablation" in never.why


@pytest.mark.parametrize(
    "endpoint",
    [
        time_to_local_progression,
        local_progression_free_survival_of_lesions,
        local_progression_free_survival,
    ],
)
@pytest.mark.parametrize(
    ("controls", "death"), [({70: OK, 126: BACK}, None), ({70: OK}, 200), ({}, None)]
)
def test_the_convention_may_add_a_day(endpoint, controls, death):
    plain, more = (
        follow({"T1": controls}, death=death, endpoint=endpoint, rules=replace(FDA, extra_day=n))
        for n in (0, 1)
    )
    assert isinstance(plain[0], TimeToEvent)
    assert more[0].days == plain[0].days + 1
    assert replace(more[0], days=plain[0].days) == plain[0]
