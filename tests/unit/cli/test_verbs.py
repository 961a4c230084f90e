"""Each verb as a user types it: what it prints, what it writes, how it refuses."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from typed_verbs import start_program, type_verb

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def example(root: Path) -> Path:
    return root / "examples" / "crclm"


@pytest.fixture(scope="module")
def ran(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "deep" / "crclm"
    type_verb("run", example / "record.txt", "--study", example / "study.toml", "--out", out,
              "--seed", "1", "--patients", "12")  # fmt: skip
    return out


def test_run_fills_the_folder(ran: Path) -> None:
    names = sorted(entry.name for entry in ran.iterdir())
    assert names == ["data", "lint.json", "lint.txt", "report.html", "results", "study.toml"]
    responses = pl.read_csv(ran / "results" / "responses.csv")
    assert responses.height == 12
    html = (ran / "report.html").read_text(encoding="utf-8")
    assert all(patient in html for patient in responses["patient_id"])


def test_run_again_gives_the_same_bytes(ran: Path, example: Path) -> None:
    before = {p: p.read_bytes() for p in ran.rglob("*") if p.is_file()}
    start_program("run", example / "record.txt", "--study", example / "study.toml", "--out", ran,
                  "--seed", "1", "--patients", "12", PYTHONHASHSEED="7")  # fmt: skip
    assert {p: p.read_bytes() for p in ran.rglob("*") if p.is_file()} == before


def test_analyse_prints_each_endpoint_and_each_patient(ran: Path) -> None:
    done = type_verb("analyse", ran / "data", "--study", ran / "study.toml")
    for word in ("ORR", "DCR", "PFS", "OS", "TTP", "Best overall response", "P012"):
        assert word in done.stdout


def test_analyse_as_json_agrees_with_the_tables(ran: Path) -> None:
    done = type_verb("analyse", ran / "data", "--study", ran / "study.toml", "--json")
    content = json.loads(done.stdout)
    table = pl.read_csv(ran / "results" / "endpoints.csv")
    printed = {row["endpoint"]: row["estimate"] for row in content["endpoints"]}
    assert printed == dict(zip(table["endpoint"], table["estimate"], strict=True))


def test_analyse_writes_one_row_a_patient_and_a_waterfall(ran: Path, tmp_path: Path) -> None:
    type_verb("analyse", ran / "data", "--study", ran / "study.toml", "--out", tmp_path / "r")
    assert pl.read_csv(tmp_path / "r" / "responses.csv").height == 12
    assert "<svg" in (tmp_path / "r" / "waterfall.svg").read_text(encoding="utf-8")


def test_report_is_one_file_without_network(ran: Path, tmp_path: Path) -> None:
    type_verb("report", ran / "data", "--study", ran / "study.toml", "--out", tmp_path / "r.html")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<link" not in html
    assert 'src="http' not in html


def test_lint_as_json_and_strict(example: Path) -> None:
    content = json.loads(type_verb("lint", example / "record.txt", "--json").stdout)
    assert {"findings", "gaps"} == set(content)
    type_verb("lint", example / "record.txt", "--strict", ok=False)


def test_init_leaves_every_gap_visible_and_is_not_repeated(example: Path, tmp_path: Path) -> None:
    done = type_verb("init", example / "record.txt", "--out", tmp_path / "mine")
    assert "design.null_response_rate" in done.stdout
    text = (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
    assert text.count('origin = "gap", needed') >= 20
    again = type_verb("init", example / "record.txt", "--out", tmp_path / "mine", ok=False)
    assert "is there already" in again.stderr
    assert (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8") == text


def test_a_drafted_study_refuses_to_run_and_names_its_gaps(
    example: Path, tmp_path: Path, ran: Path
) -> None:
    type_verb("init", example / "record.txt", "--out", tmp_path)
    study = tmp_path / "study.toml"
    simulated = type_verb("simulate", study, "--out", tmp_path / "d", "--seed", "1", ok=False)
    assert "treatments[0].dose_mg" in simulated.stderr
    analysed = type_verb("analyse", ran / "data", "--study", study, ok=False)
    assert "response.planned_ablation" in analysed.stderr
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("measurements.csv", "scan_date", "2024-02-30", "2024-02-30"),
        ("measurements.csv", "diameter_mm", "-4", "0 mm or more"),
        ("patients.csv", "birth_date", "2031-01", "birth"),
        ("lesions.csv", "role", "targt", "target"),
    ],
)
def test_a_bad_cell_names_file_row_and_mend(
    ran: Path, tmp_path: Path, table: str, column: str, value: str, words: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(ran / "data", data)
    frame = pl.read_csv(data / table, infer_schema=False)
    filled = frame.with_row_index().filter(pl.col(column).is_not_null())["index"][0]
    spoilt = frame.with_row_index().with_columns(
        pl.when(pl.col("index") == filled).then(pl.lit(value)).otherwise(column).alias(column)
    )
    spoilt.drop("index").write_csv(data / table)
    done = type_verb("report", data, "--study", ran / "study.toml", "--out", tmp_path / "r.html",
                     ok=False)  # fmt: skip
    assert words in done.stderr
    assert ("measurements.csv" if column == "birth_date" else table) in done.stderr
    assert not (tmp_path / "r.html").exists()
    if column != "birth_date":
        assert f"row {filled + 2}" in done.stderr


def test_a_repeated_measurement_is_refused(ran: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ran / "data", data)
    frame = pl.read_csv(data / "measurements.csv", infer_schema=False)
    twin = frame.filter(pl.col("diameter_mm").is_not_null()).head(1)
    twin = twin.with_columns(pl.lit("99").alias("diameter_mm"))
    pl.concat([frame, twin]).write_csv(data / "measurements.csv")
    done = type_verb("analyse", data, "--study", ran / "study.toml", ok=False)
    assert "measurement.duplicate" in done.stderr
    assert f"rows 2 and {frame.height + 2} hold" in done.stderr


def test_a_lesion_measured_in_cm_is_a_warning(ran: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ran / "data", data)
    frame = pl.read_csv(data / "measurements.csv").with_row_index()
    week = frame.filter(pl.col("diameter_mm") >= 20)["visit"].unique().sort().to_list()
    later = next(name for name in week if "base" not in name.lower())
    first = frame.filter((pl.col("visit") == later) & (pl.col("diameter_mm") >= 20)).head(1)
    frame = frame.with_columns(
        pl.when(pl.col("index") == first["index"][0])
        .then(pl.col("diameter_mm") / 10)
        .otherwise("diameter_mm")
        .alias("diameter_mm")
    )
    frame.drop("index").write_csv(data / "measurements.csv")
    done = type_verb("analyse", data, "--study", ran / "study.toml")
    assert "measurement.unit" in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \xe2\xe3", "PDF"),
        (b"A trial of nothing in particular\nSome condition\n", "outcome"),
    ],
)
def test_a_file_that_is_no_record(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "record.txt"
    path.write_bytes(content)
    for verb in (("lint", path), ("init", path, "--out", tmp_path / "mine")):
        done = type_verb(*verb, ok=False)
        assert words in done.stderr
        assert "record.txt" in done.stderr
    assert not (tmp_path / "mine").exists()


def test_a_failed_run_leaves_nothing_behind(example: Path, tmp_path: Path) -> None:
    text = (example / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(text.replace("regotori_liver_like", "regotory"))
    done = type_verb("run", example / "record.txt", "--study", tmp_path / "study.toml",
                     "--out", tmp_path / "a" / "b", "--seed", "1", ok=False)  # fmt: skip
    assert "regotori_liver_like" in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["study.toml"]


@pytest.mark.shared
@pytest.mark.parametrize("sheet", ["Study1", "Study2", "Study5"])
def test_the_real_workbook_gives_a_waterfall_and_one_row_a_patient(
    root: Path, shared: Path, tmp_path: Path, sheet: str
) -> None:
    import openpyxl

    workbook = shared / "data/patients/plos_pcbi_1009822_s006_tumour_sizes.xlsx"
    study = root / "examples" / "tumour-sizes" / "study.toml"
    type_verb("analyse", workbook, "--sheet", sheet, "--study", study, "--out", tmp_path / "r",
              "--no-patients")  # fmt: skip
    book = openpyxl.load_workbook(workbook, read_only=True)
    rows = book[sheet].iter_rows(min_row=2, max_col=1, values_only=True)
    patients = {str(int(row[0])) for row in rows if isinstance(row[0], float)}
    book.close()
    responses = pl.read_csv(tmp_path / "r" / "responses.csv", infer_schema=False)
    assert responses.height == len(patients)
    assert set(responses["patient_id"]) == patients
    assert "<svg" in (tmp_path / "r" / "waterfall.svg").read_text(encoding="utf-8")


def test_run_never_replaces_data_that_were_not_simulated(example: Path, tmp_path: Path) -> None:
    data = tmp_path / "mine" / "data"
    data.mkdir(parents=True)
    (data / "patients.csv").write_text("patient_id\n014\n", encoding="utf-8")
    done = type_verb("run", example / "record.txt", "--study", example / "study.toml", "--out",
                     tmp_path / "mine", "--seed", "1", ok=False)  # fmt: skip
    assert "never replaced" in done.stderr
    assert [entry.name for entry in data.iterdir()] == ["patients.csv"]


def test_a_report_is_never_written_over_a_table(ran: Path, tmp_path: Path) -> None:
    shutil.copytree(ran / "data", tmp_path / "data")
    table = tmp_path / "data" / "patients.csv"
    before = table.read_bytes()
    done = type_verb("report", tmp_path / "data", "--study", ran / "study.toml", "--out", table,
                     ok=False)  # fmt: skip
    assert ".html" in done.stderr
    assert table.read_bytes() == before


def test_run_keeps_the_comments_of_the_study_file(example: Path, tmp_path: Path) -> None:
    text = (example / "study.toml").read_text(encoding="utf-8") + "# a remark of the team\n"
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    type_verb("run", example / "record.txt", "--study", tmp_path / "study.toml", "--out",
              tmp_path / "o", "--seed", "1", "--patients", "5")  # fmt: skip
    assert (tmp_path / "o" / "study.toml").read_text(encoding="utf-8") == text


def test_results_guard_what_a_spreadsheet_would_run(ran: Path, tmp_path: Path) -> None:
    shutil.copytree(ran / "data", tmp_path / "data")
    for table in (tmp_path / "data").glob("*.csv"):
        text = table.read_text(encoding="utf-8-sig").replace("P001", "=1+1")
        table.write_text(text, encoding="utf-8")
    type_verb("analyse", tmp_path / "data", "--study", ran / "study.toml", "--out", tmp_path / "r")
    cells = (tmp_path / "r" / "responses.csv").read_text(encoding="utf-8-sig").split(",")
    assert not [cell for cell in cells if cell.strip().startswith("=")]
    assert [cell for cell in cells if cell.strip().endswith("'=1+1")]


def test_json_holds_the_findings(ran: Path, tmp_path: Path) -> None:
    shutil.copytree(ran / "data", tmp_path / "data")
    (tmp_path / "data" / "therapies.csv").unlink()
    done = type_verb("analyse", tmp_path / "data", "--study", ran / "study.toml", "--json")
    rules = [finding["rule"] for finding in json.loads(done.stdout)["findings"]]
    assert "table.not_collected.therapies" in rules


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "assessment_window_days = {value = 7",
            "assessment_window_days = {value = 30",
            "less than",
        ),
        ("days_given = {value = 21", "days_given = {value = 29", "at most cycle_days"),
        (
            "largest_lesion_mm = {value = 30.0",
            "largest_lesion_mm = {value = 8.0",
            "smallest target",
        ),
        ("days_per_month = {value = 30.4375", "days_per_month = {value = inf", "31"),
        ("horizon_months = {value = 24.0", "horizon_months = {value = 1e9", "600"),
        ("timing = {value = [7, 21]", "timing = {value = [0, 21]", "greater than or equal to 1"),
        ("final_bound = {value = 5", "final_bound = {value = 0", "first_stage_bound"),
    ],
)
def test_a_study_value_out_of_range_is_named(
    example: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (example / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "study.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    done = type_verb("simulate", tmp_path / "study.toml", "--out", tmp_path / "d", "--seed", "1",
                     ok=False)  # fmt: skip
    assert words in done.stderr
    assert not (tmp_path / "d").exists()


def test_a_seed_out_of_range_is_refused(example: Path, tmp_path: Path) -> None:
    done = type_verb("simulate", example / "study.toml", "--out", tmp_path / "d", "--seed",
                     str(2**70), ok=False)  # fmt: skip
    assert "--seed" in done.stderr


def test_a_measurement_entered_twice_is_refused_even_if_both_agree(
    ran: Path, tmp_path: Path
) -> None:
    shutil.copytree(ran / "data", tmp_path / "data")
    table = tmp_path / "data" / "measurements.csv"
    frame = pl.read_csv(table, infer_schema=False)
    pl.concat([frame, frame.head(1)]).write_csv(table)
    done = type_verb("analyse", tmp_path / "data", "--study", ran / "study.toml", ok=False)
    assert "measurement.repeated" in done.stderr
    assert "measurements.csv" in done.stderr


def test_response_prints_lesions_sums_calls_and_reasons(ran: Path) -> None:
    study = ("--study", ran / "study.toml")
    done = type_verb("response", ran / "data", *study, "--patient", "P002")
    for words in ("Patient P002", "Sum of targets, mm", "Nadir before, mm", "Overall", "recist11."):
        assert words in done.stdout
    assert "P001" not in done.stdout
    everybody = type_verb("response", ran / "data", *study).stdout
    assert everybody.count("Patient P0") == 12


def test_response_as_csv_and_json_are_the_same_rows(ran: Path, tmp_path: Path) -> None:
    study = ("--study", ran / "study.toml")
    path = tmp_path / "rows.csv"
    path.write_text(type_verb("response", ran / "data", *study, "--csv").stdout, encoding="utf-8")
    rows = json.loads(type_verb("response", ran / "data", *study, "--json").stdout)
    table = pl.read_csv(path)
    assert [row["overall"] for row in rows] == table["overall"].to_list()
    assert [row["sum_mm"] for row in rows] == table["sum_mm"].to_list()


def test_response_of_an_unknown_patient_names_the_near_ones(ran: Path) -> None:
    done = type_verb("response", ran / "data", "--study", ran / "study.toml", "--patient", "P02",
                     ok=False)  # fmt: skip
    assert "did you mean" in done.stderr
