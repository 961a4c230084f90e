"""Dates completed and days counted, against the test cases of the R package admiral.

Oracle: ``shared/cases/table_admiral_tests.json`` (admiral, Apache-2.0; each case names its file
and line). Every case about a date, a time, a duration or a study day is run; how many of each
function there are is asserted, so none can be left out.

Where a known day without its month counts, admiral drops it unless asked (``preserve``); here it
counts unless told otherwise (``keep_known``), because a date must agree with what is known of it.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from math import isclose

import polars as pl
import pytest

from trialwright.dataset import Dataset
from trialwright.dataset.contacts import find_last_contacts, last_contacts, pick_dated
from trialwright.dataset.durations import duration, study_day
from trialwright.dataset.partial_dates import complete_date
from trialwright.dataset.partial_times import MomentRules, complete_moment

pytestmark = pytest.mark.shared

COUNTS = {
    "compute_duration": 22,
    "impute_dtc_dt": 11,
    "convert_dtc_to_dt": 1,
    "derive_vars_dt": 12,
    "impute_dtc_dtm": 12,
    "convert_dtc_to_dtm": 1,
    "derive_vars_dtm": 10,
    "derive_vars_dtm_to_dt": 2,
    "derive_vars_dtm_to_tm": 2,
    "derive_vars_dy": 9,
    "derive_var_trtdurd": 1,
    "derive_var_extreme_dt": 3,
    "derive_var_extreme_dtm": 1,
    "derive_var_dthcaus": 8,
    "derive_vars_extreme_event": 2,
}
# About no date: flags, ranges, shifts, exposure and events chosen by a number.
NOT_ABOUT_DATES = {
    "derive_extreme_event",
    "derive_param_doseint",
    "derive_param_exposure",
    "derive_var_anrind",
    "derive_var_ontrtfl",
    "derive_var_shift",
    "derive_var_trtemfl",
}


@pytest.fixture(scope="module")
def cases(shared):
    text = (shared / "cases" / "table_admiral_tests.json").read_text(encoding="utf-8")
    return json.loads(text)


@pytest.fixture
def run(cases):
    """Run each case of a function, and fail unless there are as many as there should be."""

    def run_all(function, check):
        for case in cases[function]:
            check(case["inputs"], case["expected"], case["name"])
        assert len(cases[function]) == COUNTS[function]

    return run_all


def test_every_case_is_run_or_named(cases):
    assert set(cases) == set(COUNTS) | NOT_ABOUT_DATES
    assert sum(COUNTS.values()) == 97


# --- Durations and study days

UNITS = {"YRS": "years", "MOS": "months", "wks": "weeks", "H": "hours", "min": "minutes",
         "sec": "seconds"}  # fmt: skip


def read_moment(text):
    return None if text is None else datetime.fromisoformat(text)


def test_durations(run):
    def check(inputs, expected, name):
        start, end = read_moment(inputs["start_date"]), read_moment(inputs["end_date"])
        if inputs.get("floor_in", True):
            start, end = start.date(), end.date()
        unit = inputs.get("out_unit", "days")
        found = duration(
            start,
            end,
            UNITS.get(unit, unit),
            first_counts=inputs.get("add_one", True),
            truncate=inputs.get("trunc_out", False),
            by_calendar=inputs.get("type") == "interval",
        )
        assert isclose(found, expected, rel_tol=1e-14), name

    run("compute_duration", check)


def test_treatment_durations(run):
    def check(_, expected, name):
        for row in expected["table"]["rows"]:
            start, end = date.fromisoformat(row["TRTSDT"]), date.fromisoformat(row["TRTEDT"])
            assert duration(start, end) == row["TRTDURD"], name

    run("derive_var_trtdurd", check)


def test_study_days(run):
    def check(inputs, expected, name):
        reference, compared = inputs["reference_date"]["var"], 0
        for row in expected["table"]["rows"]:
            for given, source in inputs["source_vars"].items():
                column = source["var"]
                day = given if not given.isdigit() else column.removesuffix("M")[:-1] + "Y"
                moments = read_moment(row[column]), read_moment(row[reference])
                assert study_day(*moments) == row[day], (name, day)
                compared += 1
        assert compared > 0

    run("derive_vars_dy", check)


# --- Dates


def rule_of(word):
    word = word.lower()
    return {"mid": "middle"}.get(word, word if word in ("first", "last") else f"--{word}")


HIGHEST = {"n": "none", "s": "second", "m": "minute", "h": "hour", "D": "day", "M": "month",
           "Y": "year"}  # fmt: skip


def complete(text, inputs, bounds):
    return complete_date(
        text,
        rule_of(inputs.get("date_imputation", "first")),
        highest=HIGHEST[inputs.get("highest_imputation", "n")],
        keep_known=inputs.get("preserve", False),
        **bounds,
    )


def bounds_of(inputs, number):
    """Return the bounds of one text: admiral gives a list of columns."""
    return {
        ours: [read_bound(column[number]) for column in inputs.get(theirs, ())]
        for ours, theirs in (("not_before", "min_dates"), ("not_after", "max_dates"))
    }


def read_bound(text):
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else read_moment(text)


NO_DATE = "2019/07/18"  # null upstream, with a warning; here it is refused by its name


def test_dates_of_texts(run):
    def check(inputs, expected, name):
        assert len(inputs["dtc"]) == len(expected)
        for number, (text, day) in enumerate(zip(inputs["dtc"], expected, strict=True)):
            if text == NO_DATE:
                assert day is None
                with pytest.raises(ValueError, match="'2019/07/18' is not a date"):
                    complete(text, inputs, {})
                continue
            found = complete(text, inputs, bounds_of(inputs, number))
            assert (str(found.day) if found else None) == day, (name, text)

    run("impute_dtc_dt", check)


def test_a_whole_date_is_read(run):
    def check(inputs, expected, name):
        assert str(complete_date(inputs["dtc"]).day) == expected, name

    run("convert_dtc_to_dt", check)


def row_bounds(inputs, row):
    """Return the bounds of one row: admiral names the columns."""
    return {
        ours: [read_bound(row[column["var"]]) for column in inputs.get(theirs, {}).values()]
        for ours, theirs in (("not_before", "min_dates"), ("not_after", "max_dates"))
    }


def test_dates_and_flags_of_rows(run):
    def check(inputs, expected, name):
        prefix = inputs["new_vars_prefix"]
        for row in expected["table"]["rows"]:
            found = complete(row[inputs["dtc"]["var"]], inputs, row_bounds(inputs, row))
            told = {
                f"{prefix}DT": found and str(found.day),
                f"{prefix}DTF": found and found.imputed,
            }
            wanted = {key: row[key] for key in told if key in row}
            assert f"{prefix}DT" in wanted
            assert {key: told[key] for key in wanted} == wanted, (name, row)

    run("derive_vars_dt", check)


# --- Moments


def complete_time(text, inputs, bounds):
    word = inputs.get("time_imputation", "first")
    rules = MomentRules(
        rule_of(inputs.get("date_imputation", "first")),
        word.lower() if word.lower() in ("first", "last") else word,
        HIGHEST[inputs.get("highest_imputation", "h")],
        keep_known=inputs.get("preserve", False),
    )
    return complete_moment(text, rules, **bounds)


def iso(moment):
    """Write a moment as admiral does: a fraction of a second only where there is one."""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def test_moments_of_texts(run):
    def check(inputs, expected, name):
        for number, (text, moment) in enumerate(zip(inputs["dtc"], expected, strict=True)):
            found = complete_time(text, inputs, bounds_of(inputs, number))
            assert (iso(found.moment) if found else None) == moment, (name, text)

    run("impute_dtc_dtm", check)


def test_a_whole_moment_is_read(run):
    def check(inputs, expected, name):
        found = complete_time(inputs["dtc"], inputs, {}).moment
        assert str(found.replace(microsecond=0)) == expected, name  # R prints whole seconds
        assert iso(found) == inputs["dtc"]

    run("convert_dtc_to_dtm", check)


def test_moments_and_flags_of_rows(run):
    def check(inputs, expected, name):
        prefix = inputs["new_vars_prefix"]
        for row in expected["table"]["rows"]:
            found = complete_time(row[inputs["dtc"]["var"]], inputs, row_bounds(inputs, row))
            told = {
                f"{prefix}DTM": found and iso(found.moment),
                f"{prefix}DTF": found and found.date_imputed,
                f"{prefix}TMF": found and found.time_imputed,
            }
            wanted = {key: row[key] for key in told if key in row}
            assert f"{prefix}DTM" in wanted
            assert {key: told[key] for key in wanted} == wanted, (name, row)

    run("derive_vars_dtm", check)


@pytest.mark.parametrize(
    ("function", "suffix", "values"),
    [("derive_vars_dtm_to_dt", "DT", 5 * 3 + 5), ("derive_vars_dtm_to_tm", "TM", 5 * 3 + 5)],
)
def test_the_day_and_the_time_of_a_moment(run, function, suffix, values):
    compared = []

    def check(inputs, expected, name):
        for row in expected["table"]["rows"]:
            for source in inputs["source_vars"].values():
                text = row[source["var"]]
                found = day_or_seconds(text, suffix)
                assert found == row[source["var"].removesuffix("DTM") + suffix], (name, text)
                compared.append(found)

    run(function, check)
    assert len(compared) == values


def day_or_seconds(text, suffix):
    if text is None:
        return None
    if suffix == "DT":
        return str(complete_date(text).day)
    clock = complete_moment(text, MomentRules(highest="none")).moment.time()
    return 3600 * clock.hour + 60 * clock.minute + clock.second


# --- The last day known alive, and the first of several deaths
#
# The cases name their sources (ae_start, src_ds) and do not hold how these are defined; what
# stands here is what the upstream tests say of them in words: start and end of each adverse
# event, the end of treatment, a death with a whole date.


def day_of(text):
    return None if text is None else date.fromisoformat(text[:10])


def rows_of(inputs, name):
    return inputs["source_datasets"].get(name, {"table": {"rows": []}})["table"]["rows"]


def data_of(inputs, sources):
    """Make a data set of the sources that a case names; the row number is that of the source."""
    events = [
        {
            "patient_id": row["USUBJID"],
            "start_date": row["AESTDTC"] if "ae_start" in sources else None,
            "end_date": row["AEENDTC"] if "ae_end" in sources else None,
            "source_row": row["AESEQ"],
        }
        for row in rows_of(inputs, "ae")
    ]
    subjects = rows_of(inputs, "adsl") if "adsl_trtdate" in sources else []
    doses = [
        {"patient_id": row["USUBJID"], "end_date": day_of(row["TRTEDTM"])}
        for row in subjects
        if row["TRTEDTM"] is not None
    ]
    deaths = [
        {"patient_id": row["USUBJID"], "death_date_partial": row["DTHDTC"]}
        for row in subjects
        if row.get("DTHDTC") is not None
    ]
    tables = {"adverse_events": events, "doses": doses, "deaths": deaths}
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items() if rows}
    return Dataset.create(frames, source="a case of admiral")


def named(inputs):
    return [source["var"] for source in inputs["..."]]


def test_last_known_alive_dates(run):
    def check(inputs, expected, name):
        found = last_contacts(data_of(inputs, named(inputs)))
        for row in expected["table"]["rows"]:
            assert found.get(row["USUBJID"]) == day_of(row["LSTALVDT"]), (name, row)

    run("derive_var_extreme_dt", check)


WHERE = {
    ("adverse_events", "end_date"): ("AE", "AEENDTC"),
    ("doses", "end_date"): ("ADSL", "TRTEDTM"),
}


def test_the_row_that_shows_the_patient_alive(run):
    """The day, the table, the row and the column; a data set holds no time of day."""

    def check(inputs, expected, name):
        found = find_last_contacts(data_of(inputs, named(inputs)))
        for row in expected["table"]["rows"]:
            contact = found.get(row["USUBJID"])
            domain, variable = WHERE[contact.table, contact.column] if contact else (None, None)
            told = (contact and contact.day, domain, variable, contact and contact.row)
            assert told == (
                day_of(row["LSTALVDTM"]), row["LALVDOM"], row["LALVVAR"], row["LALVSEQ"],
            ), name  # fmt: skip

    run("derive_var_extreme_dtm", check)


def deaths_of(case, inputs):
    """Return the deaths that the sources of a case hold: patient, day, place, cause, origin."""
    words_alone = "handles symbols" in case or "sorted using" in case
    for row in rows_of(inputs, "ae"):
        cause = "Adverse Event" if words_alone else row["AEDECOD"]
        assert row["AEOUT"] == "FATAL"
        yield row["USUBJID"], row["AEDTHDTC"], 0, cause, "AE", row["AESEQ"]
    unfiltered = "filter is not specified" in case
    for row in rows_of(inputs, "ds"):
        if unfiltered or (row["DSDECOD"] == "DEATH" and "DEATH DUE TO" in row["DSTERM"]):
            cause = row["DSTERM"].upper() if "Test 3" in case else row["DSTERM"]
            yield row["USUBJID"], row["DSSTDTC"], 1, cause, "DS", row["DSSEQ"]


def test_the_cause_of_the_first_death(run):
    """Several sources of one death: the earliest date counts, and of two on one day the first.

    Within a source the first row on that day counts; test 9 asks for the last of them.
    """

    def check(inputs, expected, name):
        columns = ("patient_id", "day", "place", "cause", "DTHDOM", "DTHSEQ")
        rows = [
            (patient, complete_date(text).day, *others)
            for patient, text, *others in deaths_of(name, inputs)
        ]
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        if "sorted using" in name:
            frame = frame.sort("DTHSEQ", descending=True)
        found = {row["patient_id"]: row for row in pick_dated(frame, last=False).to_dicts()}
        for row in expected["table"]["rows"]:
            death = found.get(row["USUBJID"], {})
            assert death.get("cause") == row["DTHCAUS"], (name, row)
            for column in {"DTHDOM", "DTHSEQ"} & set(row):
                assert death.get(column) == row[column], (name, row)

    run("derive_var_dthcaus", check)


COLUMNS = {"adsl": ("DTHDT", "TRTEDT"), "adsl_ext": ("DTHDT", "TRTEDT"), "lb_ext": ("ADT",)}


def test_the_last_of_several_events(run):
    """Death, last treatment, samples: the last of them, and of two on one day the later named."""

    def check(inputs, expected, name):
        rows = [
            (row["USUBJID"], day_of(row[column]), place, event["set_values_to"]["DTHFL"])
            for place, event in enumerate(inputs["events"])
            for column in COLUMNS[event["dataset_name"]]
            if column == event["set_values_to"]["LSTALVDT"]["var"]
            for row in rows_of(inputs, event["dataset_name"])
        ]
        frame = pl.DataFrame(rows, schema=("patient_id", "day", "place", "DTHFL"), orient="row")
        found = {row["patient_id"]: row for row in pick_dated(frame, last=True).to_dicts()}
        for row in expected["table"]["rows"]:
            event = found[row["USUBJID"]]
            assert (event["day"], event["DTHFL"]) == (day_of(row["LSTALVDT"]), row["DTHFL"]), name

    run("derive_vars_extreme_event", check)
