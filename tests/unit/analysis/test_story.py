"""The whole story of one patient: dates, sets, calls, endpoints, and what other ways make of it."""

from __future__ import annotations

import polars as pl
import pytest
from ablated_trial import FINDINGS as ZONES
from ablated_trial import make_ablated
from small_trial import DEATHS, FINDINGS, TARGETS, day, make_dataset, make_study

from trialwright.analysis import analyse, tell_patient
from trialwright.dataset import Dataset, Finding
from trialwright.errors import DataError
from trialwright.study import Study
from trialwright.study.counting import preset_countings

PRESETS = tuple(preset_countings())
COUNTED = [name for name in TARGETS if name != "OUT-8"]


@pytest.fixture(scope="module")
def dataset():
    return make_dataset().with_findings(FINDINGS)


@pytest.fixture(scope="module")
def analysis(dataset):
    return analyse(dataset, make_study())


@pytest.fixture(scope="module")
def by_preset(dataset):
    return {name: analyse(dataset, make_study(), counting=name) for name in PRESETS}


def told(story, key):
    return next(one for one in story.endpoints if one.key == key)


def words(time):
    status = "event" if time.event else "competing event" if time.competing else "censored"
    days = "1 day" if time.days == 1 else f"{time.days} days"
    return f"{status} on {time.end}, after {days} from {time.start}"


@pytest.mark.parametrize("patient", COUNTED)
def test_every_endpoint_tells_its_result_reason_and_source(analysis, patient):
    story = tell_patient(analysis, patient)
    keys = [one.key for one in story.endpoints]
    rates = [one for one in analysis.proportions
             if any(each.patient_id == patient for each in one.outcomes)]  # fmt: skip
    times = [one for one in analysis.timed if one.counted == "patient"]
    assert keys[: len(rates)] == [one.key for one in rates]
    assert {one.key for one in times} <= set(keys)
    for one in story.endpoints:
        assert one.title
        assert one.result
        assert one.reason
        assert one.source or one.result == "not counted"


@pytest.mark.parametrize("patient", COUNTED)
def test_times_are_those_of_the_analysis(analysis, patient):
    story = tell_patient(analysis, patient)
    for result in analysis.timed:
        for time in result.times:
            if time.patient_id == patient:
                one = told(story, result.key)
                assert (one.result, one.reason, one.source) == (
                    *(words(time), time.reason, time.source),
                )
        for none in result.no_times:
            if none.patient_id == patient:
                assert (told(story, result.key).result, told(story, result.key).reason) == (
                    *("not counted", none.why),
                )


@pytest.mark.parametrize("patient", COUNTED)
def test_other_ways_are_told_exactly_where_they_differ(analysis, by_preset, patient):
    story = tell_patient(analysis, patient)
    for one in story.endpoints:
        own = analysis.result_of(one.key)
        if not hasattr(own, "times") or own.counted == "lesion":
            continue
        expected = {}
        for name, other in by_preset.items():
            for time in other.result_of(one.key).times:
                if time.patient_id == patient and words(time) != one.result:
                    expected[name] = (words(time), time.reason)
        assert {name: (result, why) for name, result, why in one.otherwise} == expected


def test_a_patient_moved_by_a_preset_has_both_reasons(analysis):
    one = told(tell_patient(analysis, "CR-1"), "PFS")
    assert one.result.startswith("censored on")
    ways = {name: why for name, _, why in one.otherwise}
    assert set(ways) == {"fda_a", "fda_b", "fda_c"}
    assert "before treatment discontinuation" in ways["fda_a"]


def test_the_way_in_use_is_no_other_way(by_preset):
    story = tell_patient(by_preset["fda_a"], "CR-1")
    ways = [name for name, _, _ in told(story, "PFS").otherwise]
    assert "study" in ways
    assert "fda_a" not in ways


@pytest.mark.parametrize("patient", TARGETS)
def test_every_set_is_told_with_why_not(analysis, patient):
    story = tell_patient(analysis, patient)
    assert [title for title, _, _ in story.sets] == [one.title for one in analysis.sets.sets]
    for title, member, why in story.sets:
        assert member is (why == ""), title


def test_a_set_that_is_not_derived_is_said_not_to_be(dataset):
    content = make_study().model_dump(exclude_none=True)
    content["analysis_sets"]["per_protocol_dose_percent"] = {"origin": "gap", "needed": "ask"}
    story = tell_patient(analyse(dataset, Study.model_validate(content)), "PR-2")
    why = {title: reason for title, _, reason in story.sets}["Per-protocol set"]
    assert why.startswith("not derived: analysis_sets.per_protocol_dose_percent")


def test_a_patient_outside_the_efficacy_set_has_a_story_without_endpoints(analysis):
    story = tell_patient(analysis, "OUT-8")
    assert story.endpoints == ()
    assert ("Full analysis set", False, "enrolled, never treated") in story.sets
    assert story.reading.patient_id == "OUT-8"


def test_an_unknown_patient_is_refused(analysis):
    with pytest.raises(DataError, match="no patient 'CR-2'"):
        tell_patient(analysis, "CR-2")


# --- What happened


@pytest.mark.parametrize("patient", TARGETS)
def test_facts_stand_in_the_order_of_their_dates(analysis, patient):
    facts = tell_patient(analysis, patient).facts
    dates = [one.date for one in facts]
    assert dates == sorted(dates)
    said = {one.what for one in facts}
    assert "enrolled" in said
    assert ("death" in said) is (patient in DEATHS)
    assert ("first dose of drug" in said) is (patient != "OUT-8")
    assert ("RFA of T2" in said) is (patient == "PR-2")
    assert ("new anticancer therapy: chemotherapy" in said) is (patient == "PD-4")
    assert {one.source for one in facts} <= {
        "patients", "ablations", "therapies", "deaths", "dispositions", "deviations", "doses",
    }  # fmt: skip


def with_rows(dataset, table, *rows):
    """Return the data with further rows in a table."""
    old = dataset.table(table)
    new = pl.DataFrame(list(rows), infer_schema_length=None)
    new = new.with_columns(pl.col(name).cast(old.schema[name]) for name in new.columns)
    frames = {**dataset.frames, table: pl.concat([old, new], how="diagonal")}
    return Dataset.create(frames, source="-").with_findings(FINDINGS)


def facts_of(dataset, patient):
    story = tell_patient(analyse(dataset, make_study()), patient)
    return [(one.date, one.what) for one in story.facts]


def dose(on, until, mg, drug="drug"):
    return {
        "patient_id": "SD-3", "drug": drug, "start_date": day(on),
        "end_date": None if until is None else day(until), "dose_mg": mg,
    }  # fmt: skip


def test_a_dose_left_out_is_neither_the_first_nor_the_last(dataset):
    facts = facts_of(with_rows(dataset, "doses", dose(0, 1, 0.0), dose(200, 220, 0.0)), "SD-3")
    assert (str(day(2)), "first dose of drug") in facts
    assert (str(day(92)), "last dose of drug recorded") in facts


def test_an_infusion_without_an_end_is_on_its_day(dataset):
    rows = (dose(10, None, 240.0, "other"), dose(31, None, 240.0, "other"))
    facts = facts_of(with_rows(dataset, "doses", *rows), "SD-3")
    assert (str(day(10)), "first dose of other") in facts
    assert (str(day(31)), "last dose of other recorded") in facts


def test_deviations_and_completed_dates_are_facts(dataset):
    more = with_rows(
        dataset, "deviations",
        {"patient_id": "SD-3", "deviation": "wrong dose", "major": True, "deviation_date": day(9)},
    )  # fmt: skip
    assert (str(day(9)), "deviation: wrong dose") in facts_of(more, "SD-3")
    dead = with_rows(
        dataset, "deaths",
        {"patient_id": "SD-3", "death_date": day(320), "death_date_imputed": "D",
         "cause": "tumour"},
    )  # fmt: skip
    said = (str(day(320)), "death: tumour (day completed; known: nothing)")
    assert said in facts_of(dead, "SD-3")


def test_findings_about_the_patient_are_told_and_no_others(dataset):
    own = Finding("measurement.unit", "warning", "cm?", "ask", "-", "measurements", 3, "SD-3")
    story = tell_patient(analyse(dataset.with_findings((own,)), make_study()), "SD-3")
    assert own in story.findings
    assert all("SD-3" in one.concerned for one in story.findings)


# --- Lesions


def test_each_ablated_lesion_is_compared_with_itself(monkeypatch):
    """The first lesion was never complete, so it has no time; the second has one."""
    zones = {"T1": ["residual", "residual"], "T2": ["complete", "complete"]}
    monkeypatch.setitem(ZONES, "TWO-5", zones)
    story = tell_patient(analyse(make_ablated(), make_study()), "TWO-5")
    for key in ("LTPFS per lesion", "TTLP"):
        lesions = {one.title[-2:]: one for one in story.endpoints if one.key == key}
        assert lesions["T1"].result == "not counted"
        assert lesions["T2"].result.startswith("censored on")
        # local control is counted in one way alone
        assert [one.otherwise for one in lesions.values()] == [(), ()]
    assert [one.lesion.lesion_id for one in story.lesions] == ["T1", "T2"]


# --- Ways that the study file leaves open


def test_a_way_that_asks_for_an_open_field_is_named_with_it(dataset):
    content = make_study().model_dump(exclude_none=True)
    content["schedule"]["horizon_months"] = {"origin": "gap", "needed": "ask"}
    story = tell_patient(analyse(dataset, Study.model_validate(content)), "CR-1")
    ((name, why),) = story.not_possible
    assert name == "record"
    assert "schedule.horizon_months is still open" in why
    assert {way for way, _, _ in told(story, "PFS").otherwise} == {"fda_a", "fda_b", "fda_c"}


def test_every_way_is_possible_where_nothing_is_open(analysis):
    assert tell_patient(analysis, "CR-1").not_possible == ()
