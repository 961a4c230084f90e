"""Writing: whole or not at all, safe in a spreadsheet, and read back equal."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import Dataset, read_dataset, write_csv, write_dataset
from trialwright.dataset.csv_folder import guard, unguard
from trialwright.errors import ExportError
from trialwright.whole import whole_folder


def make(**columns) -> Dataset:
    frame = pl.DataFrame({"patient_id": ["P1", "P2"], **columns})
    return Dataset.create({"patients": frame}, source="made in code", day_zero=date(2000, 1, 1))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_dataset_reads_back_equal_with_its_source_and_day_zero(tmp_path, kind):
    dataset = make(
        ecog=[0, None], site=["北京医院", 'a "b",\r\n=c'], last_alive_date=[date(2000, 3, 1), None]
    )
    write_dataset(dataset, tmp_path / "out", kind=kind)
    back = read_dataset(tmp_path / "out")
    assert back.same_data(dataset)
    assert (back.source, back.day_zero, back.findings) == ("made in code", date(2000, 1, 1), ())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "dataset.json",
        f"patients.{kind}",
    ]


def test_the_folder_has_the_usual_permissions(tmp_path):
    write_dataset(make(), tmp_path / "out")
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_same_data_sees_a_difference():
    assert not make(ecog=[0, 1]).same_data(make(ecog=[0, 2]))
    other = Dataset.create({"patients": make(ecog=[0, 1]).patients}, source="-")
    assert not make(ecog=[0, 1]).same_data(other)


def test_csv_is_plain_and_guarded(tmp_path):
    lesion = ("-1", "=T1", "target", "liver", "'x", False)
    names = ("patient_id", "lesion_id", "role", "organ", "location", "lymph_node")
    lesions = pl.DataFrame([lesion], schema=names, orient="row")
    labs = pl.DataFrame({"patient_id": ["-1"], "test": ["@ALT"], "value": [-4.0]})
    dataset = Dataset.create({"lesions": lesions, "labs": labs}, source="-")
    write_dataset(dataset, tmp_path / "out")
    assert (tmp_path / "out" / "lesions.csv").read_bytes().decode("utf-8") == (
        "\ufeffpatient_id,lesion_id,role,organ,location,lymph_node\r\n-1,'=T1,target,liver,'x,N\r\n"
    )
    assert (tmp_path / "out" / "labs.csv").read_bytes().decode("utf-8-sig") == (
        "patient_id,test,sample_date,value,unit\r\n-1,'@ALT,,-4,\r\n"
    )


def test_optional_columns_that_are_blank_are_left_out_of_csv_and_come_back(tmp_path):
    dataset = make(ecog=[None, 1], site=[None, None])
    empty = Dataset.create({**dataset.frames, "deaths": pl.DataFrame()}, source="-")
    write_dataset(empty, tmp_path / "out")
    patients, deaths = ((tmp_path / "out" / f"{name}.csv").read_text("utf-8-sig").splitlines()
                        for name in ("patients", "deaths"))  # fmt: skip
    assert patients == ["patient_id,ecog", "P1,", "P2,1"]
    assert deaths == [  # no rows: a form to fill in
        "patient_id,death_date,death_date_partial,death_date_imputed,cause,cause_category"
    ]
    back = read_dataset(tmp_path / "out")
    assert back.same_data(Dataset.create(empty.frames, source="-"))
    assert back.findings == ()


@pytest.mark.parametrize(
    "text", ["=1", "+1+1", "-1a", "@a", "\ta", "\ra", "\na", " =1", "＝1", "'=1", "''-"]
)
def test_a_formula_is_guarded_and_comes_back(text):
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["a", "'a", "", "'", "a=1", "1-2", "-12.5", "+1", "'-1"])
def test_other_text_is_left_alone(text):
    assert guard(text) == text
    assert unguard(text) == text


def test_nothing_is_left_behind_when_writing_fails(tmp_path):
    with pytest.raises(ExportError, match="zero byte"), whole_folder(tmp_path / "out") as new:
        write_csv(make(site=["a", "b\0c"]).patients, new / "patients.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("text", "name"), [("b\0c", "0000"), ("\x1b[", "001B"), ("a\u2028", "2028")]
)
def test_a_text_that_reading_would_refuse_is_not_written(tmp_path, kind, text, name):
    with pytest.raises(ExportError, match=rf"patients, site: .*U\+{name}; remove it"):
        write_dataset(make(site=["a", text]), tmp_path / "out", kind=kind)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_not_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(ExportError, match="not an empty folder"):
        write_dataset(make(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ExportError, match="cannot be written"):
        write_dataset(make(), tmp_path / "file" / "out")


def test_a_dataset_without_tables_is_not_written(tmp_path):
    with pytest.raises(ExportError, match="holds no table"):
        write_dataset(Dataset.create({}, source="-"), tmp_path / "out")


def test_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'csv' or 'parquet', not 'xlsx'"):
        write_dataset(make(), tmp_path / "out", kind="xlsx")
