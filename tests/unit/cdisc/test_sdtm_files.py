"""Which files are read: names, several data sets in a folder, and files that cannot be read."""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest
from sdtm_domains import DM, Read, result, tumour, write_domain

import trialwright.cdisc
from trialwright.cdisc import SDTM_RULES, holds_sdtm, read_sdtm
from trialwright.errors import DataError

SETS = {
    "dm.csv": [DM],
    "tu_onco.csv": [tumour("T01")],
    "tr_onco.csv": [result("T01", 31)],
    "tu_recist.csv": [tumour("T01"), tumour("T02")],
    "tr_recist.csv": [result("T01", 31), result("T02", 12)],
}


@pytest.fixture
def folder(tmp_path):
    for name, rows in SETS.items():
        write_domain(tmp_path / name, rows)
    return tmp_path


def test_of_several_data_sets_one_must_be_named(folder):
    with pytest.raises(DataError, match=r"2 data sets: onco \(TR, TU\), recist \(TR, TU\)"):
        read_sdtm(folder)
    with pytest.raises(DataError, match="no data set 'onko'"):
        read_sdtm(folder, data_set="onko")


def test_the_named_data_set_is_read_with_the_domains_without_a_suffix(folder):
    found = Read(folder, data_set="recist")
    assert found.table("lesions", "lesion_id") == ["T01", "T02"]
    assert found.table("patients", "sex") == ["female"]
    unread = [one.message for one in found.findings if one.rule == "sdtm.domain_unread"]
    assert unread == ["tr_onco.csv is not read (1 rows)", "tu_onco.csv is not read (1 rows)"]
    assert found.dataset.source.endswith("(recist)")


def test_a_data_set_is_never_completed_with_the_lesions_of_another(folder):
    (folder / "tu_recist.csv").unlink()
    write_domain(folder / "tr_recist.csv", [result("T01", 31, TRGRPID="TARGET")])
    found = Read(folder, data_set="recist")
    assert "sdtm.lesions_from_results" in found.rules


def test_parquet_and_csv_read_the_same_whatever_the_types(tmp_path):
    rows = [result("T01", 31, VISITNUM="1"), result("T01", 20.5, "WEEK 8", "2024-03-04")]
    for name in ("csv", "parquet"):
        place = tmp_path / name
        place.mkdir()
        write_domain(place / "DM.csv", [DM])
        write_domain(place / "tu.csv", [tumour("T01")])
        write_domain(place / "tr.csv", rows)
    typed = pl.read_csv(tmp_path / "parquet" / "tr.csv", try_parse_dates=True)
    assert typed.schema["TRDTC"] == pl.Date
    typed.rename(str.lower).write_parquet(tmp_path / "parquet" / "tr.parquet")
    (tmp_path / "parquet" / "tr.csv").unlink()
    as_text, as_types = read_sdtm(tmp_path / "csv"), read_sdtm(tmp_path / "parquet")
    assert as_text.same_data(as_types)


def test_folders_of_sdtm_are_told_from_folders_of_our_tables(folder, tmp_path):
    assert holds_sdtm(folder)
    (folder / "patients.csv").write_text("patient_id\nP1\n", encoding="utf-8")
    assert not holds_sdtm(folder)
    assert not holds_sdtm(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("tr.csv", "STUDYID,TRTESTCD\nA,LDIAM\n", "no column USUBJID"),
        ("tr.csv", "USUBJID,DOMAIN\nS-01,TU\n", "holds the domain TU, not TR"),
        ("tr.csv", "", "cannot be read"),
        ("dm.csv", "USUBJID,SITEID\nS-01,T\x1b1\n", "row 2: SITEID holds the control"),
        ("tr.csv", "USUBJID;TRLNKID\nS-01;T1\n", "one column, 'USUBJID;TRLNKID'; export"),
        ("tr.csv", "USUBJID,TRLNKID\nS-01,T1\n", "no column TRTESTCD or TRTEST, TRORRES or"),
        ("tr.csv", "USUBJID,TRLNKID\nS-01,T1\nS-01,T1,LDIAM\n", "row 3 has more cells than"),
        ("rs.csv", "USUBJID,RSTESTCD,RSORRES,rstestcd\n", "names RSTESTCD twice; keep one"),
        ("rs.csv", "USUBJID,RSTESTCD,RSORRES,RSORRES\n", "names RSORRES twice; keep one"),
        ("tr.xpt", "HEADER RECORD", "convert XPT files first"),
    ],
)
def test_files_that_cannot_be_read_name_the_mend(tmp_path, name, content, words):
    if name == "dm.csv":
        write_domain(tmp_path / "tr.csv", [result("T01", 31)])
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_sdtm(tmp_path)


def test_two_files_of_one_domain_and_no_folder_are_refused(folder, tmp_path):
    pl.read_csv(folder / "dm.csv").write_parquet(folder / "dm.parquet")
    with pytest.raises(DataError, match=r"dm\.csv and dm\.parquet; keep one"):
        read_sdtm(folder, data_set="onco")
    with pytest.raises(DataError, match="no folder"):
        read_sdtm(tmp_path / "nowhere")


def test_every_rule_is_listed_once_and_used():
    room = Path(trialwright.cdisc.__file__).parent
    used = {
        node.value
        for path in sorted(room.glob("*.py"))
        if path.name != "rules.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).startswith("sdtm.")
    }
    assert used == set(SDTM_RULES)
