"""ADTTE of our own trials: where each date came from, and that every subject is accounted for."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.append(str(Path(__file__).parents[1] / "report"))
from ablated_trial import make_ablated
from small_trial import FINDINGS, day, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.cdisc.adam.adtte_own import adtte
from trialwright.cdisc.adam.derive import make_adam
from trialwright.cdisc.adam.source import check_data_set
from trialwright.dataset import Dataset
from trialwright.endpoints import TimeToEvent
from trialwright.errors import DataError

WAYS = ("study", "fda_a", "fda_b", "fda_c", "ema", "record", "admiral")


def made_of(dataset, counting="study", **choices):
    found = analyse(dataset.with_findings(FINDINGS), make_study(**choices), counting=counting)
    return make_adam(found)


def replaced(dataset, **frames):
    return Dataset.create(dataset.frames | frames, source=dataset.source)


def stopped(dataset, patient, when, category):
    stop = pl.DataFrame(
        [{"patient_id": patient, "scope": "treatment", "end_date": day(when), "reason": "-",
          "reason_category": category}]
    )  # fmt: skip
    stop = stop.cast({"reason_category": dataset.dispositions.schema["reason_category"]})
    return replaced(dataset, dispositions=pl.concat([dataset.dispositions, stop], how="diagonal"))


def wrong_sources(made):
    """Return the rows of ADTTE whose source does not hold their date."""
    subjects = {row["USUBJID"]: row for row in made.adsl.iter_rows(named=True)}
    calls = {(row["USUBJID"], row["ASEQ"]): row for row in made.adrs.iter_rows(named=True)}
    for row in made.adtte.iter_rows(named=True):
        if row["SRCDOM"] == "ADSL" and subjects[row["USUBJID"]][row["SRCVAR"]] != row["ADT"]:
            yield row
        if row["SRCDOM"] == "ADRS" and row["SRCSEQ"] is not None:
            shown = calls[row["USUBJID"], row["SRCSEQ"]]["ADT"]
            if shown != row["ADT"] and "scheduled visit" not in row["AVALREAS"]:
                yield row


@pytest.mark.parametrize("origin", ["first_treatment", "enrolment"])
@pytest.mark.parametrize("counting", WAYS)
def test_the_source_of_each_date_holds_it(counting, origin):
    choices = {"endpoints__time_origin": origin, "endpoints__overall_survival_origin": origin}
    for data in (
        make_dataset(),
        make_ablated(),
        stopped(make_dataset(), "PR-2", 60, "adverse event"),
        stopped(make_dataset(), "PR-2", 120, "adverse event"),
        replaced(make_dataset(), patients=make_dataset().patients.drop("last_alive_date")),
    ):
        made = made_of(data, counting, **choices)
        assert list(wrong_sources(made)) == []


def test_a_time_that_ends_where_it_starts_names_the_start():
    enrolled = made_of(make_dataset(), endpoints__time_origin="enrolment")
    row = enrolled.adtte.filter(USUBJID="NE-6", PARAMCD="TTP").row(0, named=True)
    assert (row["SRCDOM"], row["SRCVAR"], row["ADT"]) == ("ADSL", "ENRLDT", row["STARTDT"])


def test_a_duration_that_ends_where_it_starts_names_the_first_response():
    """By table A a response without every target measured is no assessment to censor at."""
    made = made_of(make_dataset())
    first = made.adrs.filter(USUBJID="PR-2", PARAMCD="OVR", AVALC="PR").row(0, named=True)
    ended = TimeToEvent(
        "PR-2", first["ADT"], first["ADT"], 1, False, "death", "in words", "start of time"
    )
    row = adtte({"DOR": [ended]}, made.adsl, made.adrs, last_assessment="measured").frame.row(
        0, named=True
    )
    assert (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == ("ADRS", "ADT", first["ASEQ"])
    assert row["CNSDTDSC"] == "First Response"


def test_a_last_dose_before_an_ablation_is_no_date_of_adsl():
    doses = make_dataset().doses.with_columns(
        pl.when(pl.col("patient_id") == "PR-2")
        .then(pl.col("start_date"))
        .otherwise(pl.col("end_date"))
        .alias("end_date")
    )
    made = made_of(replaced(make_dataset(), doses=doses))
    row = made.adtte.filter(USUBJID="PR-2", PARAMCD="TOT").row(0, named=True)
    assert (row["SRCDOM"], row["SRCVAR"], row["ADT"]) == ("EX", "EXENDTC", day(1))


@pytest.mark.parametrize(
    ("counting", "words"),
    [
        ("study", "Last Adequate Assessment"),
        ("fda_a", "Last Assessment of Measured Lesions"),
        ("admiral", "Last Assessment"),
    ],
)
def test_a_censoring_date_is_described_as_the_way_of_counting_takes_it(counting, words):
    made = made_of(make_dataset(), counting)
    shown = made.adtte.filter(PARAMCD="PFS", CNSR=1, SRCDOM="ADRS")["CNSDTDSC"].unique()
    assert shown.to_list() == [words]
    zones = made_of(make_ablated(), counting).adtte.filter(PARAMCD="LTPFS", CNSR=1, SRCDOM="ADRS")
    assert zones["CNSDTDSC"].unique().to_list() == ["Last Control of the Ablation Zone"]


@pytest.mark.parametrize("make", [make_dataset, make_ablated])
def test_every_subject_has_a_time_or_a_reason_for_none(make):
    made = made_of(make())
    subjects = set(made.adsl["USUBJID"])
    for code in made.adtte["PARAMCD"].unique():
        rows = made.adtte.filter(PARAMCD=code)
        if rows["LESIONID"].null_count() < rows.height:
            continue  # counted per lesion
        none = made.not_counted.filter(PARAMCD=code)["USUBJID"].to_list()
        assert sorted([*rows["USUBJID"], *none]) == sorted(subjects), code


def test_what_the_analysis_found_about_the_data_goes_with_the_tables():
    assert set(FINDINGS) <= set(made_of(make_dataset()).findings)


@pytest.mark.parametrize(
    ("files", "data_set", "words"),
    [
        (("rs_a", "tr_a", "rs_b"), None, "holds the data sets a, b; name one"),
        (("rs_a", "rs"), "c", "no data set 'c'; it holds one without a suffix, a"),
        (("dm",), "c", "no data set 'c'; it holds none"),
    ],
)
def test_a_data_set_that_is_not_there_is_refused(tmp_path, files, data_set, words):
    for name in files:
        (tmp_path / f"{name}.csv").touch()
    with pytest.raises(DataError, match=words):
        check_data_set(tmp_path, data_set)


def test_a_data_set_that_is_there_is_taken(tmp_path):
    for name in ("rs_a", "rs", "dm"):
        (tmp_path / f"{name}.csv").touch()
    check_data_set(tmp_path, None)
    check_data_set(tmp_path, "A")
