"""Translation: fixed texts become Chinese, and no number, patient or user's word changes."""

from __future__ import annotations

import re
import time
import tomllib
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.endpoints import list_estimands
from trialwright.report.flow import Step
from trialwright.report.model import (
    Cell,
    Column,
    Document,
    Figure,
    Flow,
    Front,
    Inputs,
    Number,
    Paragraph,
    Population,
    Provenance,
    Row,
    Section,
    Table,
)
from trialwright.report.translation import translate_document, translate_text, untranslated
from trialwright.report.translation.catalogue import Catalogue, choose_catalogue
from trialwright.report.translation.painting import paint_in
from trialwright.report.words import build_checklist, build_choice_sections

CHINESE = re.compile(r"[\u4e00-\u9fff]")
EVERYBODY = Population("full_analysis", "2 treated patients", ("P1", "P2"))


def document_of(*blocks) -> Document:
    front = Front("A trial", "NCT", "disease", "simulated: x", simulated=True, patients=2)
    provenance = Provenance("2026-01-31", "a", "b", (("trialwright", "1"),))
    return Document(front, provenance, (Section("s", "1", "Results", blocks),))


def table_of(*rows: Row, head: str = "", heads=("Patients, n (%)",), **more) -> Table:
    columns = (Column(head), *(Column(one) for one in heads))
    return Table("14.2.1", "Deaths", EVERYBODY, columns, rows, **more)


def translated(table: Table) -> Table:
    return translate_document(document_of(table), "zh").tables[0]


def digits(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def test_heads_labels_notes_and_captions_become_chinese():
    row = Row(
        "Objective response, n (%)", (Cell("1 (50.0 %)", notes=("SD: standard deviation.",)),)
    )
    table = table_of(
        row, notes=("A patient is counted once in a row, at the worst grade.",), method="count"
    )
    found = translated(table)
    assert found.title == "死亡"
    assert found.population.words == "2 例接受过治疗的患者"
    assert found.columns[1].head == "患者，n (%)"
    assert found.rows[0].label == "客观缓解，n (%)"
    assert found.rows[0].cells[0].text == "1 (50.0 %)"
    assert found.rows[0].cells[0].notes == ("SD：标准差。",)
    assert found.notes == ("每例患者每行按最差级别计一次。",)
    assert found.method == "计数"


def test_numbers_inputs_and_keys_are_the_same_objects():
    cell = Cell("5.4 (3.6 to NE)", (Number("median", 5.4),), Inputs.counted(["P1"]), "log-log")
    found = translated(table_of(Row("Median", (cell,), patient=None)))
    assert found.rows[0].cells[0].numbers is cell.numbers
    assert found.rows[0].cells[0].inputs is cell.inputs
    assert found.rows[0].cells[0].text == "5.4 (3.6～NE)"
    assert found.key == "table-14-2-1"


@given(
    st.lists(
        st.tuples(st.integers(0, 999), st.integers(0, 99), st.floats(0, 100), st.floats(0, 100)),
        max_size=6,
    ),
    st.sampled_from(["{a} ({b:.1f} %)", "({b:.1f} to {c:.1f} %)", "{b:.1f} % ({c:.1f} to NE)",
                     "{a} days, event", "week {n}", "{a} of {n}", "grade {n}", "p = 0.{a}"]),
)  # fmt: skip
def test_translation_changes_no_number(values, layout):
    cells = [Cell(layout.format(a=a, n=n, b=b, c=c), (Number("x", b),)) for a, n, b, c in values]
    found = translated(table_of(*(Row("Median", (cell,)) for cell in cells)))
    for row, cell in zip(found.rows, cells, strict=True):
        assert digits(row.cells[0].text) == digits(cell.text)
        assert row.cells[0].numbers == cell.numbers


@given(st.text(max_size=40), st.text(max_size=40))
def test_columns_of_users_words_and_identifiers_stay(term, patient):
    row = Row(patient, (Cell(term),), patient=patient)
    found = translated(table_of(row, head="Patient", heads=("Event",)))
    assert found.rows[0] == row
    assert found.columns[1].head == "事件"


def test_a_term_that_is_a_phrase_too_stays_in_its_column():
    found = translated(
        table_of(Row("Hypertension", (Cell("1"),)), Row("Any event", (Cell("2"),)), head="Term")
    )
    assert [row.label for row in found.rows] == ["Hypertension", "任何事件"]


@pytest.mark.parametrize(
    "hostile", ["<script>{}</script>", "{0}{1}", "{#} % CI", "\\input{x}", "%s $1", "x" * 5000]
)
def test_hostile_text_comes_through(hostile):
    found = translated(table_of(Row(f"Given {hostile}", (Cell(hostile),))))
    assert hostile in found.rows[0].label or found.rows[0].label == f"Given {hostile}"
    assert hostile in found.rows[0].cells[0].text or digits(hostile) == digits(
        found.rows[0].cells[0].text
    )


def test_nothing_is_lost():
    left = (("no assessment after baseline", ("P1",)),)
    step = Step("Enrolled", 2, (("drug only", 2),), left)
    flow = Flow((step,), Figure("flow", "", "Flow of patients", "", ""))
    blocks = (
        Paragraph("免", style="lead"),
        table_of(),
        flow,
        Section("t", "", "Safety", (), folded=True),
    )
    document = document_of(*blocks)
    found = translate_document(document, "zh")
    assert [type(block) for block in found.walk()] == [type(block) for block in document.walk()]
    assert found.language == "zh"
    assert found.sections[0].title == "结果"
    step = found.sections[0].blocks[2].steps[0]
    assert (step.title, step.parts, step.left) == (
        "入组", (("仅药物", 2),), (("基线后无评估", ("P1",)),)
    )  # fmt: skip
    assert found.front.source == "模拟数据：x"
    assert translate_document(document, "en") is document


def test_what_stays_english_is_listed_once():
    table = table_of(
        Row("An unknown label", (Cell("7"),)),
        Row("An unknown label", (Cell("a reason, 5 mm"),)),
        Row("Deaths", (Cell("NE"),)),
        notes=("Never heard of.",),
    )
    assert untranslated(document_of(table), "zh") == (
        "Never heard of.", "An unknown label", "a reason, 5 mm"
    )  # fmt: skip
    assert untranslated(document_of(table), "en") == ()


def test_sentences_and_clauses_are_translated_where_all_are_known():
    known = "A patient is counted once in a row, at the worst grade. Severe: grade 3 or higher."
    assert translate_text(known, "zh") == "每例患者每行按最差级别计一次。重度：3 级及以上。"
    assert translate_text(known + " Nobody knows this.", "zh") == known + " Nobody knows this."
    assert (
        translate_text("stop of treatment censors; death is a competing event", "zh").count("；")
        == 1
    )


def test_the_pattern_with_the_most_fixed_letters_wins():
    catalogue = Catalogue({"x": "甲"}, [("on {}", "于{0}"), ("on day {#} {}", "第{0}天{1}")])
    assert catalogue.translate("on day 5 x") == "第5天甲"
    assert catalogue.translate("on day x") == "于day x"


def test_every_field_of_the_study_file_has_its_meaning(crclm_study):
    for section in build_choice_sections(crclm_study):
        assert CHINESE.search(translate_text(section.title, "zh")), section.title
    for _, _, meaning in crclm_study.stated_fields():
        assert CHINESE.search(translate_text(meaning, "zh")), meaning


def test_every_word_of_an_estimand_is_translated(crclm_study):
    for one in list_estimands(crclm_study):
        for event in one.intercurrent_events:
            for words in (event.event, event.strategy, event.meaning):
                assert CHINESE.search(translate_text(words, "zh")), words


def test_no_phrase_has_two_translations():
    seen: dict[str, str] = {}
    for name in ("zh.toml", "zh_study.toml"):
        text = files("trialwright.report.translation").joinpath(name).read_text(encoding="utf-8")
        for group in tomllib.loads(text)["phrases"].values():
            for english, chinese in group.items():
                assert seen.setdefault(english, chinese) == chinese, english


def test_every_pattern_keeps_its_places_and_numbers():
    for name in ("zh.toml", "zh_study.toml"):
        text = files("trialwright.report.translation").joinpath(name).read_text(encoding="utf-8")
        for pattern in tomllib.loads(text)["pattern"]:
            english, chinese = pattern["en"], pattern["zh"]
            places = range(len(re.findall(r"\{#?\}", english)))
            assert sorted(map(int, re.findall(r"\{(\d+)\}", chinese))) == list(places), english
            assert digits(english) == digits(re.sub(r"\{\d+\}", "", chinese)), english


def test_clauses_are_told_apart_before_a_pattern_spans_them():
    english = "A 80 mg on 21 of every 28 days; B 240 mg on 1 of every 21 days"
    assert (
        translate_text(english, "zh") == "A 80 mg，每 28 天给药 21 天；B 240 mg，每 21 天给药 1 天"
    )


def test_no_phrase_changes_a_number():
    for english, chinese in choose_catalogue("zh").phrases.items():
        assert digits(english) == digits(chinese), english


def test_a_hundred_thousand_cells_are_quick():
    rows = tuple(
        Row(f"label {n}", tuple(Cell(f"{n} ({k}.0 %)") for k in range(9))) for n in range(11_000)
    )
    heads = tuple(f"By month {n}" for n in range(9))
    start = time.perf_counter()
    translated(table_of(*rows, heads=heads))
    assert time.perf_counter() - start < 5  # 0.5 s on an idle machine


def test_what_is_drawn_is_translated_and_terms_are_not():
    from matplotlib.figure import Figure as Canvas

    def paint(canvas: Canvas) -> None:
        axes = canvas.subplots()
        axes.set_xlabel("Change from\nbaseline, %")
        axes.set_xticks([0, 1], ["Age, years", "Alanine aminotransferase\nincreased"])
        axes.plot([0, 1], [0, 1], label="grade ≥ 3")
        axes.legend()

    canvas = Canvas()
    terms = ("Alanine aminotransferase increased",)
    paint_in(paint, choose_catalogue("zh"), terms)(canvas)
    canvas.canvas.draw()
    (axes,) = canvas.axes
    assert axes.get_xlabel() == "较基线变化，%"
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        "年龄，岁", "Alanine aminotransferase\nincreased"
    ]  # fmt: skip
    assert axes.get_legend().get_texts()[0].get_text() == "≥ 3 级"


def test_terms_come_from_the_data_of_the_figure():
    from matplotlib.figure import Figure as Canvas

    def paint(canvas: Canvas) -> None:
        canvas.text(0, 0, "Hypertension")

    data = pl.DataFrame({"term": ["Hypertension"]})
    figure = Figure("k", "1", "Deaths", "", "", paint=paint, data=data)

    for one, words in (
        (figure, "Hypertension"),
        (Figure("k", "1", "", "", "", paint=figure.paint), "高血压"),
    ):
        canvas = Canvas()
        (found,) = translate_document(document_of(one), "zh").figures
        found.paint(canvas)
        assert canvas.texts[0].get_text() == words


# --- The checklist and the choices, which are tables of words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_checklist_says_where_or_who_writes(language):
    table = build_checklist(language)
    assert len(table.rows) >= 30
    assert len({row.label for row in table.rows}) == len(table.rows)
    for row in table.rows:
        topic, report, where = row.cells
        assert topic.text
        assert report.text
        assert bool(where.target) != (where.text in {"to be written by the authors", "由作者撰写"})
        assert re.fullmatch(
            r"(table|listing)-\d+(-\d+)+|methods|choices|limitations|", where.target
        )
        if language == "zh":
            assert CHINESE.search(topic.text + where.text)
    numbers = {int(re.match(r"\d+", row.label)[0]) for row in table.rows if row.label[0].isdigit()}
    assert numbers == set(range(1, 31))
    assert "no official" in table.notes[0] or "并非官方" in table.notes[0]


def test_every_field_stands_once_in_the_choices(crclm_study):
    sections = build_choice_sections(crclm_study)
    gaps, assumed, *settled = (
        [row.label for row in section.blocks[-1].rows] for section in sections
    )
    fields = {path: stated.origin for path, stated, _ in crclm_study.stated_fields()}
    assert sorted((*gaps, *assumed, *(path for part in settled for path in part))) == sorted(fields)
    assert {fields[path] for path in assumed} == {"assumption"}
    lead = sections[0].blocks[0]
    assert sum(cell.numbers[0].value for _, cell in lead.values) == len(fields)
    assert CHINESE.search(translate_text(lead.text, "zh"))
    numbers = [section.blocks[-1].number for section in sections]
    assert len(set(numbers)) == len(numbers)
