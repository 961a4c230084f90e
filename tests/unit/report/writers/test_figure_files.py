"""Figures as files: pictures that say what they are, their data, and an index of what is not."""

from __future__ import annotations

import csv
from html import unescape

import pytest
from PIL import Image

from sample_document import HOSTILE, bar_figure, sample_document
from trialwright.report.model import Document, Figure, Section
from trialwright.report.writers import fonts
from trialwright.report.writers.figure_files import file_name_of, write_figure_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "figures"
    write_figure_files(sample_document(), path)
    return path


def index_of(folder):
    with (folder / "README.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["figure"]: row for row in csv.DictReader(file)}


def test_each_figure_has_its_pictures_and_data(folder):
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["README.csv", "bars.csv", "bars.pdf", "bars.png", "bars.svg"]
    assert (folder / "bars.pdf").read_bytes().startswith(b"%PDF")
    with (folder / "bars.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["patient", "change"], ["S-001", "3"], ["S-002", "1"], ["S-003", "2"]]


def test_pictures_say_what_they_are(folder):
    svg = (folder / "bars.svg").read_text(encoding="utf-8")
    assert f"Bars {HOSTILE}" in unescape(svg)
    assert "<script>" not in svg
    assert "Three bars." in svg
    with Image.open(folder / "bars.png") as picture:
        assert picture.info["Title"] == f"Bars {HOSTILE}"
        assert picture.info["Description"] == "Three bars."
    pdf = (folder / "bars.pdf").read_bytes()
    assert b"(Three bars.)" in pdf
    assert b"CreationDate" not in pdf


def test_index_says_why_nothing_is_drawn(folder):
    index = index_of(folder)
    assert index["nothing"]["files"] == ""
    assert index["nothing"]["remark"] == "nothing to draw: Nobody responded."
    assert index["bars"]["files"] == "bars.svg bars.png bars.pdf bars.csv"
    assert index["bars"]["number"] == "14.2.1"


def test_same_report_same_bytes(folder, tmp_path):
    write_figure_files(sample_document(), tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_index_says_which_letters_are_boxes(monkeypatch, tmp_path):
    choose = fonts._choice
    monkeypatch.setattr(fonts, "_choice", lambda **_: choose(system=False))
    write_figure_files(sample_document(), tmp_path)
    remark = index_of(tmp_path)["bars"]["remark"]
    assert "体 (U+4F53" in remark
    assert "fonts-noto-cjk" in remark


def test_report_without_figures_has_an_empty_index(tmp_path):
    sample = sample_document()
    sections = (Section("s", "1", "Results", ()),)
    write_figure_files(Document(sample.front, sample.provenance, sections), tmp_path)
    assert index_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("key", "name"),
    [("waterfall", "waterfall"), ("../../etc/x", "etc-x"), ("a b", "a-b"), ("图", "figure")],
)
def test_files_stay_in_their_folder(key, name):
    assert file_name_of(Figure(key, "", "", "", "")) == name


def test_one_figure_that_stands_twice_is_written_once(tmp_path):
    sample = sample_document()
    figure = bar_figure()
    sections = (Section("s", "1", "Results", (figure, figure)),)
    write_figure_files(Document(sample.front, sample.provenance, sections), tmp_path)
    assert list(index_of(tmp_path)) == ["bars"]
