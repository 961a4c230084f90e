"""Dates known in part, completed by the section [dates] of the study, each with its finding."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import Dataset, complete_dates, read_dataset, write_dataset
from trialwright.errors import StudyError

START, SEEN = date(2024, 1, 8), date(2024, 3, 20)
PATIENT = {"patient_id": "P1"}


def make(last_alive=SEEN, **tables):
    """Make one patient, treated from 8 January to 1 March, seen last on 20 March."""
    rows = {
        "patients": [{"last_alive_date": last_alive, "source_row": 2}],
        "doses": [
            {"drug": "regorafenib", "start_date": START, "dose_mg": 80.0},
            {"drug": "regorafenib", "start_date": date(2024, 2, 20),
             "end_date": date(2024, 3, 1), "dose_mg": 80.0},
            {"drug": "regorafenib", "start_date": date(2024, 3, 5), "dose_mg": 0.0},
            {"drug": "toripalimab", "start_date": date(2024, 2, 1), "dose_mg": 240.0},
        ],
    } | tables  # fmt: skip
    frames = {
        name: pl.DataFrame([PATIENT | row for row in some], infer_schema_length=None)
        for name, some in rows.items()
    }
    return Dataset.create(frames, source="made in code")


@pytest.fixture
def complete(crclm_study, settle):
    """Complete the dates of a data set under some fields of [dates]."""

    def run(dataset, **fields):
        study = settle(crclm_study, **{f"dates__{name}": value for name, value in fields.items()})
        return complete_dates(dataset, study)

    return run


def death(known=None, **more):
    return {"deaths": [{"death_date_partial": known, "cause": "told", "source_row": 5} | more]}


def told(dataset, table, name):
    return dataset.table(table).select(name, f"{name}_imputed").row(0)


@pytest.mark.parametrize(
    ("known", "rule", "day", "flag", "words"),
    [
        ("2024-03", "first_day", "2024-03-20", "D", ", not before the last contact"),
        ("2024-03", "middle_day", "2024-03-20", "D", ", not before the last contact"),
        ("2024-03", "last_day", "2024-03-31", "D", None),
        ("2024-04", "first_day", "2024-04-01", "D", None),
        ("2024", "first_day", "2024-03-20", "M", ", not before the last contact"),
        ("2024", "middle_day", "2024-06-30", "M", None),
        ("2024", "last_day", "2024-12-31", "M", None),
        ("2024---15", "first_day", "2024-04-15", "M", ", not before the last contact"),
        ("2024-05-02", "first_day", "2024-05-02", None, None),
        ("2024-05-02", "refuse", "2024-05-02", None, None),  # a whole day is no completion
    ],
)
def test_a_death_is_completed_and_not_before_the_last_contact(
    complete, known, rule, day, flag, words
):
    done = complete(make(**death(known)), partial_death_date=rule)
    assert told(done, "deaths", "death_date") == (date.fromisoformat(day), flag)
    assert done.deaths.select("death_date_partial", "cause", "source_row").row(0) == (
        known, "told", 5,
    )  # fmt: skip
    (finding,) = done.findings
    assert (finding.rule, finding.severity) == ("date.completed", "warning")
    assert (finding.patient, finding.table, finding.row, finding.field, finding.source) == (
        "P1", "deaths", 5, "death_date", "made in code",
    )  # fmt: skip
    head = f"died in {known}: completed to {day} by dates.partial_death_date = {rule}"
    tail = f"{words} (patients, last_alive_date), 2024-03-20" if words else ""
    assert finding.message == head + tail


def test_a_death_may_be_on_the_day_of_the_last_contact_and_says_whose_it_is(complete):
    labs = [{"sample_date": date(2024, 3, 25)}]
    done = complete(make(labs=labs, **death("2024-03")))
    assert told(done, "deaths", "death_date") == (date(2024, 3, 25), "D")
    assert "not before the last contact (labs, sample_date), 2024-03-25" in done.findings[0].message


def test_a_contact_after_what_is_known_is_a_contradiction_that_is_told(complete):
    done = complete(make(date(2024, 4, 2), **death("2024-03")))
    assert told(done, "deaths", "death_date") == (date(2024, 3, 1), "D")
    assert done.findings[0].message.endswith(
        "it should be not before the last contact (patients, last_alive_date), 2024-04-02: "
        "one of the dates is wrong"
    )


def test_a_refused_death_is_an_error_and_stays_blank(complete):
    done = complete(make(**death("2024-03")), partial_death_date="refuse")
    assert told(done, "deaths", "death_date") == (None, None)
    (finding,) = done.errors
    assert finding.rule == "date.refused"
    assert finding.message == (
        "died in 2024-03; dates.partial_death_date = refuse does not complete it"
    )


@pytest.mark.parametrize(
    ("known", "day"), [(None, "2024-03-21"), ("--03-15", "2025-03-15"), ("--03-21", "2024-03-21")]
)
def test_an_unknown_death_on_the_day_after_the_last_contact(complete, known, day):
    done = complete(make(**death(known)), unknown_death_date="day_after_last_contact")
    assert told(done, "deaths", "death_date") == (date.fromisoformat(day), "Y")
    (finding,) = done.findings
    assert (finding.rule, finding.patient) == ("date.completed", "P1")
    assert f"completed to {day} by dates.unknown_death_date" in finding.message
    assert "after the last contact (patients, last_alive_date), 2024-03-20" in finding.message


def test_without_a_contact_there_is_no_day_after_it(complete):
    bare = Dataset.create({"deaths": pl.DataFrame([PATIENT])}, source="-")
    done = complete(bare, unknown_death_date="day_after_last_contact")
    assert told(done, "deaths", "death_date") == (None, None)
    assert done.errors[0].message.endswith("day_after_last_contact, but no contact is known")
    censored = complete(bare, unknown_death_date="censor_at_last_contact")
    assert censored.findings[0].message.endswith("censor_at_last_contact, no contact is known")


def test_an_unknown_death_may_censor_or_be_refused(complete):
    censored = complete(make(**death()), unknown_death_date="censor_at_last_contact")
    assert told(censored, "deaths", "death_date") == (None, None)
    (finding,) = censored.findings
    assert (finding.rule, finding.severity, finding.patient) == ("death.censored", "warning", "P1")
    assert finding.message == (
        "died on an unknown day: no event by dates.unknown_death_date = censor_at_last_contact, "
        "censored at the last contact (patients, last_alive_date), 2024-03-20"
    )
    refused = complete(make(**death()), unknown_death_date="refuse")
    assert [(one.rule, one.severity) for one in refused.findings] == [("date.refused", "error")]
    assert "died on an unknown day; dates.unknown_death_date = refuse" in refused.errors[0].message


def therapy(known):
    row = {"therapy": "FOLFIRI", "start_date_partial": known, "source_row": 7}
    return {"therapies": [row]}


@pytest.mark.parametrize(
    ("known", "rule", "more", "day"),
    [
        ("2024-05", "first_day", {}, "2024-05-01"),
        ("2024-05", "middle_day", {}, "2024-05-15"),
        ("2023-12", "first_day", {}, "2023-12-01"),  # what is known allows no later day
        ("2024-05", "last_day", {"deaths": [{"death_date": date(2024, 5, 9)}]}, "2024-05-09"),
        ("2024-05", "last_day", {}, "2024-05-31"),
    ],
)
def test_a_new_therapy_lies_between_first_treatment_and_death(complete, known, rule, more, day):
    done = complete(make(**therapy(known), **more), partial_new_therapy_date=rule)
    assert told(done, "therapies", "start_date") == (date.fromisoformat(day), "D")
    (finding,) = done.findings
    assert finding.message.startswith(
        f"FOLFIRI began in {known}: completed to {day} by dates.partial_new_therapy_date = {rule}"
    )
    assert ("not before the first study treatment, 2024-01-08" in finding.message) == (
        known == "2023-12"
    )
    assert ("one of the dates is wrong" in finding.message) == (known == "2023-12")


@pytest.mark.parametrize("rule", ["refuse", "first_day", "middle_day", "last_day"])
@pytest.mark.parametrize("known", ["2024", "2024-01", "2024---07", "2024---08"])
def test_a_therapy_that_may_have_begun_before_treatment_may_be_a_prior_one(complete, known, rule):
    dataset = make(**therapy(known))
    earlier = known != "2024---08"  # the first 8th of 2024 is the day of the first treatment
    done = complete(dataset, partial_new_therapy_date=rule)
    may_be_prior = [one for one in done.errors if one.rule == "therapy.may_be_prior"]
    assert len(may_be_prior) == earlier
    for finding in may_be_prior:
        assert told(done, "therapies", "start_date") == (None, None)
        assert finding.message == (
            f"FOLFIRI began in {known}, before or after the first study treatment, 2024-01-08: it "
            "may be a prior treatment"
        )
        assert finding.mend.startswith("write the month (or the day), or remove the row")
        assert (finding.patient, finding.table, finding.row, finding.field) == (
            "P1", "therapies", 7, "start_date",
        )  # fmt: skip
        assert done.findings == (finding,)


def test_who_was_never_treated_has_no_prior_treatment(complete):
    done = complete(make(doses=[{"drug": "regorafenib", "dose_mg": 0.0}], **therapy("2024")))
    assert told(done, "therapies", "start_date") == (date(2024, 1, 1), "M")


def end(known, **more):
    row = {"scope": "treatment", "end_date_partial": known, "reason": "told"}
    return {"dispositions": [row | more]}


@pytest.mark.parametrize(
    ("known", "rule", "more", "day"),
    [
        ("2024-03", "last_day", {}, "2024-03-31"),
        ("2024-02", "last_day", {}, "2024-02-29"),
        ("2024-03", "first_day", {}, "2024-03-01"),  # the last dose; one of 0 mg is none
        ("2024", "first_day", {}, "2024-03-01"),
        ("2024", "first_day", {"scope": "drug", "drug": "toripalimab"}, "2024-02-01"),
        ("2024", "first_day", {"scope": "drug", "drug": "another"}, "2024-01-01"),
    ],
)
def test_an_end_is_not_before_the_last_dose(complete, known, rule, more, day):
    done = complete(make(**end(known, **more)), partial_end_of_treatment_date=rule)
    assert told(done, "dispositions", "end_date")[0] == date.fromisoformat(day)
    what = more.get("drug", "treatment")
    assert done.findings[0].message.startswith(f"the end of {what} was in {known}: completed to")


def test_an_end_is_not_after_the_death_that_was_completed_before_it(complete):
    done = complete(
        make(**end("2024"), **death("2024-05")),
        partial_death_date="last_day",
        partial_end_of_treatment_date="last_day",
    )
    assert told(done, "deaths", "death_date") == (date(2024, 5, 31), "D")
    assert told(done, "dispositions", "end_date") == (date(2024, 5, 31), "M")
    assert "not after the death, 2024-05-31" in done.findings[1].message


def test_of_two_deaths_the_earlier_bounds(complete):
    deaths = [{"death_date": date(2024, 6, day)} for day in (1, 9)]
    for order in (deaths, deaths[::-1]):
        done = complete(make(**end("2024"), deaths=order))
        assert told(done, "dispositions", "end_date")[0] == date(2024, 6, 1)


@pytest.mark.parametrize("tables", [therapy(None), therapy("--03-15"), end(None), end("--03-15")])
def test_what_has_no_year_is_left_to_the_checks(complete, tables):
    dataset = make(**tables)
    assert complete(dataset).same_data(dataset)
    assert complete(dataset).findings == ()


def test_whole_dates_are_left_alone_and_nothing_is_done_twice(complete):
    dataset = make(
        **therapy("2024-05"),
        **end("2024"),
        deaths=[{"death_date": date(2024, 6, 1)}, {"patient_id": "P2"}, {"patient_id": "P3",
                "death_date_partial": "2024"}],
    )  # fmt: skip
    done = complete(dataset, unknown_death_date="censor_at_last_contact")
    assert done.deaths["death_date"].to_list() == [date(2024, 6, 1), None, date(2024, 1, 1)]
    assert done.deaths["death_date_imputed"].to_list() == [None, None, "M"]
    assert len(done.findings) == 4
    again = complete(done, unknown_death_date="censor_at_last_contact")
    assert again.same_data(done)
    assert again.findings == done.findings


def test_a_completed_data_set_is_written_and_read_back_equal(complete, tmp_path):
    done = complete(make(**therapy("2024-05"), **end("2024"), **death("2024-06")))
    write_dataset(done, tmp_path / "out")
    back = read_dataset(tmp_path / "out")
    for table in ("therapies", "dispositions", "deaths"):
        assert back.table(table).drop("source_row").equals(done.table(table).drop("source_row"))


def test_study_days_are_spoken_of_where_dates_stand_for_them(complete):
    zero = date(1901, 1, 1)
    frames = {
        "patients": pl.DataFrame([PATIENT | {"last_alive_date": date(1901, 3, 2)}]),
        "deaths": pl.DataFrame([PATIENT]),
    }
    counted = Dataset.create(frames, source="-", day_zero=zero)
    done = complete(counted, unknown_death_date="day_after_last_contact")
    assert "completed to day 61" in done.findings[0].message
    assert "day 60" in done.findings[0].message


def test_a_gap_is_named_only_where_it_is_needed(crclm_study):
    from trialwright.study import Study

    content = crclm_study.model_dump(exclude_none=True)
    content["dates"]["partial_death_date"] = {"origin": "gap", "needed": "settle it"}
    study = Study.model_validate(content)
    assert complete_dates(make(), study).findings == ()
    with pytest.raises(StudyError, match=r"dates\.partial_death_date is still open"):
        complete_dates(make(**death("2024-03")), study)
