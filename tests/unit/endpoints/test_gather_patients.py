"""What is gathered of each patient beside the scans: stops, doses, therapies, completed dates."""

from __future__ import annotations

import pytest

from trialwright.endpoints import gather_patients, last_contacts
from trialwright.response import ResponseRules, assess_patient, gather_scans
from written_trial import Trial, day, treated


def gathered(trial, study, patient="A"):
    data = trial.dataset()
    rules = ResponseRules.of(study)
    scans = gather_scans(data)
    read = {one.patient_id: assess_patient(one, rules) for one in scans}
    sets = trial.sets(study)
    found = gather_patients(sets, scans, read, last_contacts(data), data)
    return next(one for one in found if one.member.patient_id == patient)


def dosed():
    return Trial().enrol().dose("Regorafenib", 0, 20, 80)


def test_the_patients_are_those_of_the_efficacy_set(crclm_study):
    data = treated().enrol("N")
    scans = gather_scans(data.dataset())
    rules = ResponseRules.of(crclm_study)
    read = {one.patient_id: assess_patient(one, rules) for one in scans}
    found = gather_patients(data.sets(crclm_study), scans, read, {})
    assert [one.member.patient_id for one in found] == ["A"]
    (one,) = found
    assert (one.last_contact, one.stop, one.last_dose, one.imputed) == (None, None, None, ())


@pytest.mark.parametrize("order", [(40, 90), (90, 40)])
def test_the_first_end_of_treatment_counts(crclm_study, order):
    trial = dosed()
    for on in order:
        trial.stop(on, "adverse event" if on == 40 else "progression")
    one = gathered(trial, crclm_study)
    assert (one.stop.date, one.stop.category) == (day(40), "adverse event")


def test_the_end_of_a_drug_or_of_the_study_is_no_end_of_treatment(crclm_study):
    trial = dosed().add("dispositions", "A", scope="drug", drug="Regorafenib", end_date=day(20),
                        reason="toxicity")  # fmt: skip
    trial.add("dispositions", "A", scope="study", end_date=day(300), reason="end")
    assert gathered(trial, crclm_study).stop is None


@pytest.mark.parametrize(
    ("doses", "last"),
    [
        ([(0, 20, 80)], 20),
        ([(0, 20, 80), (28, None, 80)], 28),
        ([(0, 20, 80), (28, 48, 0)], 20),
        ([(0, None, 80)], 0),
    ],
)
def test_the_last_dose_is_one_that_was_given(crclm_study, doses, last):
    trial = Trial().enrol()
    for first, end, mg in doses:
        trial.dose("Regorafenib", first, end, mg)
    assert gathered(trial, crclm_study).last_dose == day(last)


@pytest.mark.parametrize(
    ("treatments", "first"),
    [
        ([(30, True)], None),
        ([(30, False)], 30),
        ([(60, False), (30, False)], 30),
        ([(-40, False)], None),  # before the study treatment: a prior treatment
        ([(0, False)], 0),
    ],
)
def test_the_first_local_treatment_outside_the_protocol(crclm_study, treatments, first):
    trial = dosed()
    for on, planned in treatments:
        trial.ablate(on, planned=planned)
    found = gathered(trial, crclm_study).local_therapy
    assert found == (None if first is None else day(first))


def therapy(trial, on, flag=None):
    return trial.add("therapies", "A", therapy="drug", start_date=day(on), start_date_imputed=flag)


def test_completed_dates_carry_their_flags(crclm_study):
    trial = therapy(dosed(), 80, "D")
    trial.add("deaths", "A", death_date=day(300), death_date_imputed="M")
    trial.add("dispositions", "A", scope="treatment", end_date=day(60), end_date_imputed="Y",
              reason="why", reason_category="other")  # fmt: skip
    one = gathered(trial, crclm_study)
    assert dict(one.imputed) == {"new_therapy": "D", "death": "M", "stop": "Y"}


def test_a_known_date_carries_none(crclm_study):
    trial = therapy(dosed(), 80).die(300).stop(60)
    assert gathered(trial, crclm_study).imputed == ()


def test_the_flag_is_that_of_the_therapy_that_counts(crclm_study):
    """A prior therapy whose date was completed says nothing of the later one."""
    one = gathered(therapy(therapy(dosed(), -200, "Y"), 80), crclm_study)
    assert (one.new_therapy, one.imputed) == (day(80), ())
    flagged = gathered(therapy(therapy(dosed(), -200), 80, "D"), crclm_study)
    assert dict(flagged.imputed) == {"new_therapy": "D"}
    later = gathered(therapy(therapy(dosed(), 80), 120, "D"), crclm_study)
    assert (later.new_therapy, later.imputed) == (day(80), ())


def test_the_anchor_is_the_first_treatment_else_the_enrolment(crclm_study, settle):
    study = settle(crclm_study, analysis_sets__efficacy="enrolled")
    trial = dosed().enrol("N", on=-4)
    assert gathered(trial, study).anchor == day(0)
    assert gathered(trial, study, "N").anchor == day(-4)
