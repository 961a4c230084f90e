"""The report as files: what each ending gives, the folder of everything, and what is refused."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from small_trial import make_analysis

from trialwright.errors import ExportError, MissingExtra
from trialwright.report import FORMATS, build_report, files, format_of, write_built, write_report
from trialwright.report.files import render
from trialwright.report.model import Section
from trialwright.report.writers.placing import PaperOptions

BEGINS = {
    "html": b"<!doctype html>",
    "docx": b"PK\x03\x04",
    "rtf": b"{\\rtf1",
    "pdf": b"%PDF-",
    "tex": b"\\documentclass",
    "xlsx": b"PK\x03\x04",
    "json": b"{",
}


@pytest.fixture(scope="module")
def report():
    """Build the report of the small trial, with few sections: what is written is seen elsewhere."""
    built = build_report(make_analysis())
    kept = tuple(
        one for one in built.document.sections if one.key in {"results", "patients", "checklist"}
    )
    return replace(built, document=replace(built.document, sections=kept))


@pytest.fixture(scope="module")
def folder(report, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "report"
    write_built(report, path)
    return path


def contents_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("ending", FORMATS)
def test_the_ending_says_the_format(report, ending, tmp_path):
    path = tmp_path / f"r.{ending}"
    write_built(report, path)
    assert path.read_bytes().lower().startswith(BEGINS[ending].lower())
    beside = {entry.name for entry in tmp_path.iterdir()} - {path.name}
    assert beside == ({"figures"} if ending == "tex" else set())


@pytest.mark.parametrize(
    ("name", "wanted"), [("a.HTM", "html"), ("a.html", "html"), ("a.PDF", "pdf"), ("a", "")]
)
def test_endings_are_read_in_any_case(name, wanted, tmp_path):
    assert format_of(tmp_path / name) == wanted


def test_a_folder_that_is_there_stays_a_folder_whatever_its_name(tmp_path):
    (tmp_path / "cut.2026").mkdir()
    assert format_of(tmp_path / "cut.2026") == ""


def test_an_unknown_ending_is_refused_before_anything_is_built(monkeypatch, tmp_path):
    def build(*_, **__):
        pytest.fail("the report was built")

    monkeypatch.setattr(files, "build_report", build)
    with pytest.raises(ExportError, match=r"\.odt: a report is written as .*\.docx"):
        write_report(make_analysis(), tmp_path / "r.odt")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_holds_every_format_figures_numbers_slides_and_registry(folder, report):
    names = set(contents_of(folder))
    formats = {f"report.{ending}" for ending in FORMATS if ending != "json"}
    assert {name for name in names if not name.startswith("figures/")} == formats | {
        "results.json",
        "results.csv",
        "results_by_patient.csv",
        "safety_board.pdf",
        "registry_results.json",
    }
    drawn = [one for one in report.document.figures if one.paint is not None]
    for figure in drawn:
        for kind in ("svg", "png", "pdf", "csv"):
            assert f"figures/{figure.key}.{kind}" in names
    assert "figures/README.csv" in names


def test_a_file_of_the_folder_is_the_file_written_alone(folder, report):
    for ending in ("docx", "rtf", "pdf", "xlsx", "tex"):
        assert (folder / f"report.{ending}").read_bytes() == render(report, ending)


def test_the_same_report_gives_the_same_folder(folder, report, tmp_path):
    write_built(report, tmp_path / "again")
    assert contents_of(tmp_path / "again") == contents_of(folder)


def test_a_folder_that_cannot_be_filled_stays_as_it_was(report, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("before")

    def fail(*_):
        msg = "no room"
        raise ExportError(msg)

    monkeypatch.setattr(files, "_workbook", fail)
    with pytest.raises(ExportError, match="no room"):
        write_built(report, tmp_path / "out")
    assert contents_of(tmp_path / "out") == {"report.html": b"before"}


@pytest.mark.parametrize(
    ("ending", "module"), [("docx", "docx"), ("rtf", "rtflite"), ("pdf", "typst")]
)
def test_a_missing_library_is_named_with_its_extra(report, ending, module, tmp_path, monkeypatch):
    for name in list(sys.modules):
        if name.partition(".")[0] == module:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    few = replace(report.document, sections=(Section("a", "1", "A", ()),))
    with pytest.raises(MissingExtra, match=r"trialwright\[documents\]"):
        write_built(replace(report, document=few), tmp_path / f"r.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_the_report_is_written_in_chinese(tmp_path):
    write_report(make_analysis(), tmp_path / "r.tex", language="zh")
    text = (tmp_path / "r.tex").read_text(encoding="utf-8")
    assert "目录" in text
    assert "有效性" in text or "疗效" in text


def test_listings_that_are_too_long_are_named_and_not_set():
    whole = build_report(make_analysis(), longest_listing=None)
    short = build_report(make_analysis(), longest_listing=0)
    assert short.paper == PaperOptions(0)
    said = "a listing of more than 0 is not set on paper"
    texts = [render(one, "tex").decode() for one in (whole, short)]
    filled = [one for one in short.document.tables if one.kind == "listing" and one.rows]
    assert said not in texts[0]
    assert texts[1].count(said) == len(filled) > 5
    assert render(whole, "xlsx") == render(short, "xlsx")
    assert render(whole, "html") == render(short, "html")
