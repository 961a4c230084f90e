"""What the verbs say about the data beside the calls: findings, near misses, study days."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trialwright.cli.patients import check_reader, choose_patients, near_patients
from trialwright.cli.study_days import hide_made_up_dates
from trialwright.errors import DataError
from typed_verbs import start_program, type_verb

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = {
    "patients": "patient_id,first_treatment_date\nP001,2000-01-01\nP002,2000-01-01\n",
    "lesions": (
        "patient_id,lesion_id,role,organ,lymph_node\n"
        "P001,T1,target,liver,N\nP001,N1,new,skin,N\nP002,T1,target,liver,N\n"
    ),
    "measurements": (
        "patient_id,lesion_id,visit,scan_date,diameter_mm\n"
        "P001,T1,day -2,1999-12-30,40\nP001,T1,day 41,2000-02-11,20\nP001,T1,day 91,2000-04-01,20\n"
        "P002,T1,day 41,2000-02-11,20\n"
    ),
}


@pytest.fixture
def study_days(root: Path, tmp_path: Path) -> tuple[str | Path, ...]:
    """Write two patients whose dates stand for study days; one of them has no baseline."""
    data = tmp_path / "data"
    data.mkdir()
    for name, text in _TABLES.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    about = {"source": "made up", "day_zero": "2000-01-01"}
    (data / "dataset.json").write_text(json.dumps(about), encoding="utf-8")
    return data, "--study", root / "examples" / "tumour-sizes" / "study.toml"


@pytest.mark.parametrize("name", ["P1", "p001", " P001 ", "p 01"])
def test_a_name_that_differs_in_case_blanks_and_zeros_is_the_nearest(name):
    assert near_patients(name, ["P010", "P001", "P100"]) == ["P001"]


def test_patients_are_shown_once_in_the_order_asked_for():
    known = ["P001", "P002"]
    assert list(choose_patients(known, ["P002", "P001", "P002"])) == ["P002", "P001"]
    assert list(choose_patients(known, None)) == known
    with pytest.raises(DataError, match=r"no patient '' in the data$"):
        choose_patients(known, [""])
    with pytest.raises(DataError, match="no patient 'P0022' in the data; did you mean P002"):
        choose_patients(known, ["P0022"])


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Investigator", "did you mean investigator?"),
        ("central1", "did you mean central_1?"),
        ("", "choose from adjudicator, central, central_1"),
    ],
)
def test_a_word_for_no_reader_is_refused(word, hint):
    with pytest.raises(DataError, match=r"--reader '.*' is no reader") as refused:
        check_reader(word)
    assert hint in str(refused.value)


def test_a_reader_of_the_schema_is_not_refused():
    for word in (None, "central", "central_2", "adjudicator"):
        check_reader(word)


def test_dates_that_stand_for_study_days_are_hidden_and_calendar_dates_are_not():
    frame = pl.DataFrame({"date": [date(2000, 2, 11)], "day": [41], "reason": ["on 2000-02-11"]})
    hidden = hide_made_up_dates(frame, date(2000, 1, 1))
    assert hidden.row(0) == (None, 41, "on day 41")
    assert hidden.schema == frame.schema
    assert hide_made_up_dates(frame, None) is frame


def test_no_made_up_date_is_printed(study_days):
    for form in ((), ("--csv",), ("--json",)):
        done = type_verb("response", *study_days, *form)
        assert "2000-" not in done.stdout + done.stderr
        assert "1999-" not in done.stdout + done.stderr
        assert "day 41" in done.stdout


def test_findings_stand_with_their_patient(study_days):
    blocks = type_verb("response", *study_days).stdout.split("\nPatient ")
    assert "Finding: warning: lesions.csv row 3, patient P001: the new lesion N1" in blocks[0]
    assert "the patient is not evaluable" not in blocks[0]
    assert "Finding: error: measurements.csv row 5, patient P002: no lesion" in blocks[1]
    assert "; the patient is not evaluable; " in blocks[1]


def test_rows_leave_no_patient_out_in_silence(study_days):
    done = type_verb("response", *study_days, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["patient_id"] for row in rows} == {"P001"}
    assert "[lesion.new_never_read]" in done.stderr
    assert "no scan to show of patient P002: NE because no lesion was measured" in done.stderr
    one = type_verb("response", *study_days, "--csv", "--patient", "P001")
    assert "P002" not in one.stderr + one.stdout


def test_piped_text_has_no_colours_and_needs_no_unicode_terminal(study_days):
    done = start_program("response", *study_days, PYTHONIOENCODING="cp1252", TERM="xterm-256color")
    assert "−50.0 %" in done.stdout
    assert "\x1b" not in done.stdout


def test_irecist_says_only_what_recist_does_not(root, tmp_path):
    file = root / "examples" / "crclm" / "study.toml"
    type_verb("simulate", file, "--out", tmp_path / "data", "--patients", "6", "--seed", "2")
    for block in type_verb("response", tmp_path / "data", "--study", file).stdout.split(
        "\nPatient "
    ):
        recist, immune = block.split("  By iRECIST: ")
        assert "[irecist." not in recist
        assert "[recist11." not in immune
        for line in immune.splitlines()[1:]:
            assert not line or ", as by RECIST 1.1" in line or "[irecist." in line, line
        shared = {one for one in recist.splitlines() if "[" in one} & set(immune.splitlines())
        assert not shared


def test_analyse_writes_what_readers_and_calls_differ_in(root, tmp_path):
    from trialwright.dataset import Dataset, write_dataset
    from trialwright.simulate import simulate_study
    from trialwright.study import read_study

    file = root / "examples" / "crclm" / "study.toml"
    virtual = simulate_study(read_study(file), seed=2, patients=4)
    plain = (
        "endpoints.csv",
        "landmarks.csv",
        "responses.csv",
        "time_points.csv",
        "times.csv",
        "waterfall.svg",
    )
    write_dataset(virtual, tmp_path / "one")
    type_verb("analyse", tmp_path / "one", "--study", file, "--out", tmp_path / "of_one")
    assert sorted(path.name for path in (tmp_path / "of_one").iterdir()) == list(plain)
    frames = dict(virtual.frames)
    for name in ("lesions", "measurements"):
        frames[name] = pl.concat(
            frames[name].with_columns(reader=pl.lit(reader))
            for reader in ("investigator", "central_1")
        )
    call = {"patient_id": "P001", "criteria": "RECIST 1.1", "visit": "week 8", "overall": "CR"}
    frames["calls"] = pl.DataFrame([call | {"reader": "investigator"}])
    write_dataset(Dataset.create(frames, source="two readers"), tmp_path / "two")
    type_verb("analyse", tmp_path / "two", "--study", file, "--out", tmp_path / "of_two")
    agreement = pl.read_csv(tmp_path / "of_two" / "agreement.csv")
    assert agreement["level"].to_list() == ["time point", "best response"]
    listed = pl.read_csv(tmp_path / "of_two" / "disagreements.csv")
    assert ("P001", "CR") in listed.select("patient_id", "first_call").rows()


def test_ablation_reads_sdtm_as_the_other_verbs_do(root, tmp_path):
    file = root / "examples" / "crclm" / "study.toml"
    data = tmp_path / "sdtm"
    data.mkdir()
    for name, text in {
        "dm": "USUBJID,RFSTDTC\nS-01,2024-01-08\n",
        "tu_onco": "USUBJID,TULNKID,TUSTRESC,TULOC\nS-01,T01,TARGET,LIVER\n",
        "tr_onco": "USUBJID,TRLNKID,TRTESTCD,TRSTRESN,TRSTRESU,TRDTC,VISIT\n"
        "S-01,T01,LDIAM,31,mm,2024-01-02,SCREENING\nS-01,T01,LDIAM,30,mm,2024-03,WEEK 8\n",
        "pr": "USUBJID,PRTRT,PRCAT,PRLNKID,PRSTDTC\nS-01,RFA,PROTOCOL PLANNED,T01,2024-01-20\n",
    }.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    chosen = ("--data-set", "onco", "--partial-dates", "last_day")
    done = type_verb("ablation", data, "--study", file, *chosen, "--csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["patient_id"], row["lesion_id"]) == ("S-01", "T01")
    refused = type_verb("ablation", data, "--study", file, "--data-set", "onko", ok=False)
    assert "did you mean onco" in refused.stderr
