"""Laws between the endpoints of one patient, under every preset and every composition of fields.

Source: the properties that issue 4 asks for; ``shared/reference/domain.md`` §5.1 and §5.2;
``docs/decisions/013-censoring-presets.md`` for the days that scheduled visits give.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from drawn_patients import (
    ENROLLED,
    NEVER_CENSORS,
    PRESETS,
    READING,
    START,
    courses,
    day,
    patient_of,
    time_rules,
)
from following import FDA, READ
from trialwright.analysis import analyse, recount
from trialwright.dataset import complete_dates, cut_data
from trialwright.endpoints import (
    TIME_ENDPOINTS,
    Member,
    NoTime,
    TimeToEvent,
    duration_of_response,
    duration_of_stable_disease,
    overall_survival,
    progression_free_survival,
    time_on_treatment,
    time_to_progression,
    time_to_progression_or_competing_death,
    time_to_response,
)
from trialwright.endpoints.endings import DeathIs
from trialwright.simulate import simulate_study

ALL = (
    progression_free_survival,
    overall_survival,
    time_to_progression,
    time_to_progression_or_competing_death,
    duration_of_response,
    duration_of_stable_disease,
    time_to_response,
    time_on_treatment,
)
OF_PATIENTS = [one for one in TIME_ENDPOINTS if not one.of_ablation]


def time_of(endpoint, patient, rules):
    """Return the time of the one patient; none where none is counted."""
    (found,) = endpoint([patient], rules)
    return found if isinstance(found, TimeToEvent) else None


@given(courses(), READING, time_rules())
def test_every_time_ends_on_or_after_its_start(course, reading, rules):
    patient = patient_of(course, reading)
    for endpoint in ALL:
        (found,) = endpoint([patient], rules)
        if isinstance(found, NoTime):
            assert found.why
            continue
        assert found.end >= found.start
        assert found.days == (found.end - found.start).days + rules.extra_day
        assert not (found.event and found.competing)
        assert found.kind
        assert found.reason
        assert found.source


@given(courses(), READING, time_rules())
def test_progression_free_survival_is_never_longer_than_survival(course, reading, rules):
    patient = patient_of(course, reading)
    free = time_of(progression_free_survival, patient, rules)
    alive = time_of(overall_survival, patient, rules)
    # The planned day of a progression may lie after the last contact of a patient who lives.
    assume(not rules.censoring.dated_at_visit or alive.event)
    assert free.days <= alive.days


@given(courses(), READING, time_rules())
def test_progression_with_death_competing_ends_where_pfs_does(course, reading, rules):
    patient = patient_of(course, reading)
    free = time_of(progression_free_survival, patient, rules)
    both = time_of(time_to_progression_or_competing_death, patient, rules)
    assert (both.end, both.days, both.kind) == (free.end, free.days, free.kind)
    assert (both.event or both.competing) is free.event
    assert both.competing is (free.event and free.kind == "death")


@given(courses(), READING, time_rules())
def test_time_to_progression_has_the_events_of_pfs_but_the_deaths(course, reading, rules):
    patient = patient_of(course, reading)
    free = time_of(progression_free_survival, patient, rules)
    progression = time_of(time_to_progression, patient, rules)
    if free.event and free.kind == "death":
        # of a death and a composite event on one day PFS names the death
        assert not progression.event or progression.end == free.end
    else:
        assert progression.event is free.event
    if free.event and free.kind != "death":
        assert (progression.end, progression.kind) == (free.end, free.kind)


@given(courses(dies=True), READING, st.sampled_from(["RECIST 1.1", "iRECIST"]), st.integers(0, 1))
def test_pfs_is_progression_or_death_where_nothing_is_censored(course, reading, criteria, extra):
    rules = replace(FDA, censoring=NEVER_CENSORS, criteria=criteria, extra_day=extra)
    patient = patient_of(course, reading)
    free, progression, death = (
        time_of(endpoint, patient, rules)
        for endpoint in (progression_free_survival, time_to_progression, overall_survival)
    )
    assert free.event
    assert death.event
    assert free.days == min(one.days for one in (progression, death) if one.event)


@given(courses(), READING, time_rules())
def test_time_to_response_and_its_duration_make_up_pfs(course, reading, rules):
    """Both count the day of the response where the first day counts: DOR + TTR = PFS + that day.

    So DOR + TTR is at most PFS where durations are end - start. A response that begins after PFS
    has ended (after a new therapy that censors it, say) has no duration.
    """
    rules = replace(rules, death_ends_response=True)
    patient = patient_of(course, reading)
    duration = time_of(duration_of_response, patient, rules)
    response = time_of(time_to_response, patient, rules)
    free = time_of(progression_free_survival, patient, rules)
    if duration is None:
        assert response is None or free.end < response.end
        return
    event("responded")
    assert duration.start == response.end
    if rules.censoring.dated_at_visit and free.end < duration.start:
        # the scan of the response came after the planned day of its visit, as the next one did
        assert (duration.end, duration.event) == (duration.start, True)
        return
    assert (duration.end, duration.event, duration.kind) == (free.end, free.event, free.kind)
    assert response.days + duration.days == free.days + rules.extra_day


@given(courses(), READING, time_rules())
def test_without_death_the_duration_of_response_ends_with_time_to_progression(
    course, reading, rules
):
    rules = replace(
        rules, death_ends_response=False, death_in_progression=DeathIs.CENSORED_AT_LAST_ASSESSMENT
    )
    patient = patient_of(course, reading)
    duration = time_of(duration_of_response, patient, rules)
    if duration is None:
        return
    progression = time_of(time_to_progression, patient, rules)
    assert duration.end == max(progression.end, duration.start)
    assert duration.event is progression.event


@given(courses(), READING, time_rules())
def test_stable_disease_lasts_as_long_as_pfs(course, reading, rules):
    patient = patient_of(course, reading)
    stable = time_of(duration_of_stable_disease, patient, rules)
    if stable is not None:
        assert stable == time_of(progression_free_survival, patient, rules)
        assert time_of(duration_of_response, patient, rules) is None


CUTS = st.lists(st.integers(0, 700), min_size=2, max_size=2, unique=True).map(sorted)


@given(courses(), READING, time_rules(documented=True), CUTS)
def test_moving_the_data_cut_later_never_moves_an_event_earlier(course, reading, rules, cuts):
    """What was an event stays one on its day, but for an iUPD that a later scan withdraws.

    Scheduled visits (fda_b, fda_c) are left out: the planned day may lie after the cut, and a death
    that is known later caps it (the next test).
    """
    first, second = (patient_of(course.until(cut), reading) for cut in cuts)
    for endpoint in (
        progression_free_survival,
        time_to_progression,
        time_to_progression_or_competing_death,
        overall_survival,
    ):
        before, after = (time_of(endpoint, one, rules) for one in (first, second))
        if before.event or before.competing:
            if rules.criteria == "RECIST 1.1" or endpoint is overall_survival:
                assert after == before
            else:
                assert after.end >= before.end
        if (after.event or after.competing) and after.end <= day(cuts[0]):
            assert before == after


@given(courses(), READING, time_rules(documented=False, criteria=("RECIST 1.1",)), CUTS)
def test_with_scheduled_visits_only_a_later_death_moves_an_event(course, reading, rules, cuts):
    first, second = (patient_of(course.until(cut), reading) for cut in cuts)
    before, after = (time_of(progression_free_survival, one, rules) for one in (first, second))
    if before.event and after.end < before.end:
        assert after.event
        assert after.end == second.death
        assert first.death is None
        assert before.end > day(cuts[0])


@given(courses(), READING, time_rules())
def test_allowing_more_missed_assessments_only_adds_events(course, reading, rules):
    patient = patient_of(course, reading)
    strict = rules
    for allowed in (0, 1, 2, 5, -1):
        censoring = rules.censoring._replace(
            missed_before_progression=allowed, missed_before_death=allowed
        )
        looser = replace(rules, censoring=censoring)
        if allowed > 0 or allowed == -1:
            for endpoint in (progression_free_survival, time_to_progression):
                before, after = (time_of(endpoint, patient, one) for one in (strict, looser))
                if before.event:
                    assert after == before
                # a time that is not an event by both may be censored by another rule
                elif after.event:
                    assert after.end >= before.end
        strict = looser


@given(st.lists(courses(), max_size=5), READING, time_rules(), st.randoms(use_true_random=False))
def test_the_order_of_patients_and_of_rows_changes_nothing(several, reading, rules, order):
    named = [replace(one, name=f"P{number}") for number, one in enumerate(several)]
    plain = [patient_of(one, reading) for one in named]
    shuffled = [patient_of(one, reading, order=order) for one in named]
    order.shuffle(shuffled)
    for endpoint in ALL:
        found = {one.patient_id: one for one in endpoint(plain, rules)}
        mixed = endpoint(shuffled, rules)
        assert [one.patient_id for one in mixed] == [one.member.patient_id for one in shuffled]
        assert {one.patient_id: one for one in mixed} == found


MEMBERS = st.sampled_from(["treated", "enrolled only", "treated only", "neither"])


@given(st.lists(st.tuples(courses(), MEMBERS), max_size=6), time_rules(), st.data())
def test_every_patient_is_accounted_for_once(several, rules, data):
    """Events, competing events, censorings and those not counted add up to the patients."""
    patients = []
    for number, (course, member) in enumerate(several):
        name = f"P{number}"
        one = patient_of(replace(course, name=name), replace(READ, immune_criteria="iRECIST"))
        enrolled = None if member in ("treated only", "neither") else day(ENROLLED)
        treated = START if member.startswith("treated") else None
        patients.append(replace(one, member=Member(name, enrolled, treated, None)))
    origin = data.draw(st.sampled_from(["first_treatment", "enrolment"]))
    for censoring, last in [*PRESETS.values(), (rules.censoring, rules.last_assessment)]:
        way = replace(
            rules, censoring=censoring, last_assessment=last, origin=origin, survival_origin=origin
        )
        for endpoint in OF_PATIENTS:
            found = endpoint.derive(patients, [], way)
            times = [one for one in found if isinstance(one, TimeToEvent)]
            events = sum(one.event for one in times)
            competing = sum(one.competing for one in times)
            censored = sum(not (one.event or one.competing) for one in times)
            not_counted = [one for one in found if isinstance(one, NoTime)]
            assert events + competing + censored + len(not_counted) == len(patients)
            assert [one.patient_id for one in found] == [p.member.patient_id for p in patients]
            assert all(one.why for one in not_counted)


# --- The same through a whole data set, cut by ``dataset.cut_data``

DOCUMENTED = ("study", "fda_a", "ema", "record", "admiral")
KEYS = ("PFS", "OS", "TTP", "TTP competing")


@pytest.fixture(scope="module")
def cuts(crclm_study):
    """Return the analyses of one virtual trial, cut later and later, by way of counting."""
    dataset = complete_dates(simulate_study(crclm_study, seed=8, patients=30), crclm_study)
    first = dataset.patients["enrolment_date"].min()
    days = [first + timedelta(days) for days in (120, 240, 400, 600, 2000)]
    whole = [(when, analyse(cut_data(dataset, when), crclm_study)) for when in days]
    return {
        way: [(when, one if way == "study" else recount(one, way)) for when, one in whole]
        for way in DOCUMENTED
    }


@pytest.mark.parametrize("way", DOCUMENTED)
@pytest.mark.parametrize("key", KEYS)
def test_a_later_cut_of_the_data_leaves_every_event_where_it_was(cuts, way, key):
    seen = 0
    for (when, before), (_, after) in pairwise(cuts[way]):
        later = {time.patient_id: time for time in after.result_of(key).times}
        for time in before.result_of(key).times:
            found = later[time.patient_id]
            if time.event or time.competing:
                assert (found.start, found.end, found.event) == (time.start, time.end, time.event)
                seen += 1
            elif found.event or found.competing:
                assert found.end > when
        assert len(before.sets.members) <= len(after.sets.members)
    assert seen > 10


@pytest.mark.parametrize("way", DOCUMENTED)
def test_every_cut_accounts_for_its_patients(cuts, way):
    for _, analysis in cuts[way]:
        for one in analysis.sets.sets:
            assert len(one.patients) + len(one.excluded) == len(analysis.sets.members)
        for result in analysis.timed:
            if result.counted == "patient":
                total = sum(c.total() for c in (result.events, result.competing, result.censored))
                assert total + len(result.no_times) == len(analysis.sets.efficacy)
