"""Listings 16.2.7 and 16.2.8, with a narrative that was written by hand from the rows."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import Dataset, complete_dates
from trialwright.report.formats import Days
from trialwright.report.safety import build_safety_listings
from trialwright.simulate import simulate_study

ONSET = date(2026, 3, 20)
_DOSES = [
    {"patient_id": "014", "drug": "Regorafenib", "dose_mg": 80.0,
     "start_date": date(2026, 3, 2), "end_date": date(2026, 3, 22)},
    {"patient_id": "014", "drug": "toripalimab", "dose_mg": 240.0,
     "start_date": date(2026, 3, 2), "end_date": None},
]  # fmt: skip
_ABLATIONS = [
    {"patient_id": "014", "lesion_id": "T1", "ablation_date": date(2026, 3, 13),
     "modality": "RFA", "planned": True},
]  # fmt: skip
_HEPATITIS = {
    "patient_id": "014", "term": "Hepatitis", "reported_term": "liver inflammation", "grade": 3,
    "start_date": "2026-03-20", "end_date": "2026-04-02", "outcome": "recovered",
    "serious": True, "serious_because": "hospitalisation; medically important",
    "related_to": "toripalimab", "actions": "toripalimab: stopped", "treated_with": "steroid",
}  # fmt: skip
_MEDICATIONS = [
    {"patient_id": "014", "medication": "metformin", "indication": "diabetes",
     "start_date": "2020", "end_date": None},
    {"patient_id": "014", "medication": "aspirin", "indication": None,
     "start_date": "2026-03", "end_date": None},
    {"patient_id": "014", "medication": "heparin", "indication": None,
     "start_date": "2026-04-01", "end_date": "2026-04-03"},
]  # fmt: skip


def lab(test, day, value, upper):
    unit = "umol/L" if test == "Bilirubin" else "U/L"
    return {
        "patient_id": "014", "test": test, "sample_date": day, "value": value, "unit": unit,
        "upper_limit": upper,
    }  # fmt: skip


_LABS = [
    lab("ALT", date(2026, 3, 1), 30.0, 40.0),
    lab("ALT", date(2026, 3, 14), 390.0, 40.0),  # after the ablation, before the event
    lab("ALT", date(2026, 3, 20), 260.0, 40.0),
    lab("ALT", date(2026, 3, 27), 300.0, 40.0),
    lab("ALT", date(2026, 4, 9), 320.0, 40.0),  # after the event
    lab("Bilirubin", date(2026, 3, 1), 10.0, 20.0),
]


def make(**tables) -> Dataset:
    frames = {
        "patients": pl.DataFrame(
            {"patient_id": ["014"], "sex": ["female"], "birth_date": ["1961-05-17"]}
        ),
        "doses": pl.DataFrame(_DOSES),
        "ablations": pl.DataFrame(_ABLATIONS),
        "adverse_events": pl.DataFrame([_HEPATITIS]),
        "labs": pl.DataFrame(_LABS),
    }
    frames |= {name: pl.DataFrame(rows) for name, rows in tables.items()}
    return Dataset.create(frames, source="made here")


def listings(data, study, days=Days()):  # noqa: B008 - frozen
    safety = analyse_safety(data, study)
    return {one.number: one for one in build_safety_listings(safety, data, days)}


def narrative(data, study, days=Days()) -> str:  # noqa: B008 - frozen
    (row,) = listings(data, study, days)["16.2.7.2"].rows
    return row.cells[1].text


@pytest.fixture(scope="module")
def drawn(crclm_study):
    return complete_dates(simulate_study(crclm_study, seed=1, trial=14), crclm_study)


@pytest.fixture(scope="module")
def found(drawn, crclm_study):
    return listings(drawn, crclm_study)


def test_a_narrative_tells_everything_on_file(crclm_study):
    assert narrative(make(medications=_MEDICATIONS), crclm_study) == (
        "014, a woman aged 64, began study treatment on 2026-03-02. Given up to the onset: "
        "Regorafenib since 2026-03-02, last 80 mg on 2026-03-20; Toripalimab since 2026-03-02, "
        "last 240 mg on 2026-03-02; RFA on 2026-03-13. "
        "Hepatitis of grade 3 (reported as: liver inflammation) began on 2026-03-20 "
        "(study day 19, 7 days after the last ablation). "
        "Serious because of: hospitalisation; medically important. "
        "Attributed by the investigator to: Toripalimab. "
        "What was done with the treatment: Toripalimab: stopped. "
        "The event was treated with: steroid. "
        "Outcome: recovered; it ended on 2026-04-02, after 14 days. "
        "Concomitant medication at the onset: metformin for diabetes; aspirin (perhaps: the dates "
        "leave it open). "
        "Liver tests: alanine aminotransferase: baseline 30 U/L, highest 300 U/L (7.5 times the "
        "upper limit) on 2026-03-27; bilirubin: baseline 10 umol/L, no value during the event."
    )


def test_what_is_not_on_file_is_said_to_be_unknown(crclm_study):
    bare = {"patient_id": "014", "term": "Pneumonitis", "grade": 3, "start_date": "2026",
            "serious": True}  # fmt: skip
    data = make(adverse_events=[bare], patients=[{"patient_id": "014"}], labs=_LABS[:1])
    assert narrative(data, crclm_study) == (
        "014, a patient of unknown sex (age not known: no birth date), began study treatment on "
        "2026-03-02. Which doses came before the event is not known. "
        "Pneumonitis of grade 3 began on 2026 (2026-01-01 to 2026-12-31). "
        "Serious because of: not stated. Its cause was not assessed. "
        "What was done with the treatment: no change on file. "
        "Treatment of the event: not stated. Outcome: not stated; no end is on file. "
        "Concomitant medication: not collected."
    )


def test_a_fatal_event_is_told_whatever_else_is_recorded(crclm_study):
    fatal = _HEPATITIS | {"serious": None, "grade": 5, "outcome": "fatal", "end_date": None}
    words = narrative(make(adverse_events=[fatal]), crclm_study)
    assert "Whether it was serious is not stated; it is told because it was fatal." in words
    words = narrative(make(adverse_events=[fatal | {"serious": False}]), crclm_study)
    assert "It was recorded as not serious; it is told because it was fatal." in words


def test_an_event_before_treatment_is_told_with_the_reason(crclm_study):
    early = _HEPATITIS | {"start_date": "2026-02-20", "end_date": "2026-02-25"}
    words = narrative(make(adverse_events=[early]), crclm_study)
    assert "No dose and no ablation came before the event." in words
    assert "(study day −10, no ablation before). It is not treatment-emergent: " in words


def test_days_of_a_study_without_calendar_stand_for_every_date(crclm_study):
    words = narrative(make(medications=_MEDICATIONS), crclm_study, Days(date(2026, 3, 2)))
    assert "began on day 18 (study day 19" in words
    assert "2026-" not in words


def test_other_events_without_a_word_about_seriousness_are_counted(crclm_study):
    unsaid = _HEPATITIS | {"term": "Rash", "serious": None}
    table = listings(make(adverse_events=[_HEPATITIS, unsaid]), crclm_study)["16.2.7.2"]
    assert len(table.rows) == 1
    assert table.notes[-1] == ("Whether they were serious is not stated of further events: 1.")


def test_every_row_of_the_events_is_listed(found, drawn):
    assert len(found["16.2.7.1"].rows) == drawn.table("adverse_events").height


def test_every_serious_event_has_a_narrative(found, drawn):
    serious = drawn.table("adverse_events").filter("serious").sort("patient_id")
    told = [(row.patient, row.cells[0].text) for row in found["16.2.7.2"].rows]
    assert sorted(told) == sorted(serious.select("patient_id", "term").iter_rows())


def test_liver_tests_are_those_of_candidates_and_of_severe_values(found, drawn, crclm_study):
    safety = analyse_safety(drawn, crclm_study)
    names = ("alanine aminotransferase", "aspartate aminotransferase", "bilirubin",
             "alkaline phosphatase")  # fmt: skip
    own = safety.laboratory.rows.filter(pl.col("analyte").is_in(names))
    severe = set(own.filter(pl.col("grade") >= 3)["patient_id"])
    expected = severe | {one.patient_id for one in safety.hys_law}
    rows = found["16.2.8.2"].rows
    assert {row.patient for row in rows} == expected
    values = sum(bool(cell.numbers) for row in rows for cell in row.cells[2:6])
    assert values == own.filter(pl.col("patient_id").is_in(expected)).height


def test_two_values_of_one_test_on_one_day_are_two_rows(crclm_study):
    twice = [*_LABS, lab("ALT", date(2026, 3, 27), 280.0, 40.0)]
    rows = listings(make(labs=twice), crclm_study)["16.2.8.2"].rows
    shown = [row.cells[2].text for row in rows if row.cells[0].text == "2026-03-27"]
    assert shown == ["300 U/L (grade 3)", "280 U/L (grade 3)"]


def test_measurements_keep_every_row(found, drawn):
    for name, number in (("vitals", "16.2.8.3"), ("ecgs", "16.2.8.4")):
        assert len(found[number].rows) == drawn.table(name).height > 0


def test_what_was_not_collected_has_no_listing(crclm_study):
    bare = Dataset.create({"patients": pl.DataFrame({"patient_id": ["014"]})}, source="made here")
    assert listings(bare, crclm_study) == {}


def test_empty_tables_say_that_nothing_happened(crclm_study, drawn):
    nothing = {
        name: frame.clear() if name in ("adverse_events", "deaths", "labs", "vitals", "ecgs")
        else frame
        for name, frame in drawn.frames.items()
    }  # fmt: skip
    empty = listings(Dataset.create(nothing, source="made here"), crclm_study)
    assert set(empty) == {
        "16.2.7.1", "16.2.7.2", "16.2.7.3", "16.2.8.1", "16.2.8.2", "16.2.8.3", "16.2.8.4"
    }  # fmt: skip
    assert all(not table.rows and table.empty for table in empty.values())


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "{\\rtf1 x}", "\\input{x} $ # %", "肝炎" * 150, "a" * 300],
)
def test_hostile_words_stand_as_they_are(crclm_study, words):
    hostile = _HEPATITIS | {
        "patient_id": words, "term": words, "reported_term": f"{words}!", "outcome": None,
        "serious_because": words, "related_to": words, "treated_with": words,
    }  # fmt: skip
    rows = [one | {"patient_id": words} for one in _LABS]
    data = make(adverse_events=[hostile], labs=rows, vitals=[
        {"patient_id": words, "test": words, "measured_date": ONSET, "value": 1.0, "unit": words}
    ])  # fmt: skip
    found = listings(data, crclm_study)
    assert found["16.2.7.1"].rows[0].cells[0].text == words
    (told,) = found["16.2.7.2"].rows
    assert told.label == words
    assert f"{words} of grade 3 (reported as: {words}!)" in told.cells[1].text
    assert "was never given study treatment" in told.cells[1].text
    assert found["16.2.8.3"].rows[0].cells[0].text == words


def test_an_event_of_nobody_is_listed(crclm_study):
    data = make(adverse_events=[_HEPATITIS | {"patient_id": None}])
    found = listings(data, crclm_study)
    assert found["16.2.7.1"].rows[0].label == "not stated"
    assert found["16.2.7.2"].rows[0].cells[1].text.startswith("A patient without an identifier")
