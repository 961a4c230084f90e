"""Translation: fixed texts become Chinese, and no number, patient or user's word changes."""

from __future__ import annotations

import re
import time
import tomllib
from dataclasses import replace
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_trial import make_study
from twice_read_trial import two_reader_dataset

from trialwright.analysis import analyse
from trialwright.endpoints import list_estimands
from trialwright.report import build_document
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
from trialwright.report.translation.catalogue import PARTS, Catalogue, choose_catalogue
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


def catalogue_files() -> list[str]:
    folder = files("trialwright.report.translation")
    return [folder.joinpath(f"zh{part}.toml").read_text(encoding="utf-8") for part in PARTS]


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
    assume(term not in choose_catalogue("zh").fixed_in_user)  # the program writes these itself
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
    for text in catalogue_files():
        for group in tomllib.loads(text)["phrases"].values():
            for english, chinese in group.items():
                assert seen.setdefault(english, chinese) == chinese, english


def test_every_pattern_keeps_its_places_and_numbers():
    for text in catalogue_files():
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


# --- The page, its patients, and the reasons of what was called and how a time ended

TEMPLATES = files("trialwright.report.html").joinpath("templates")


def test_every_fixed_text_of_the_page_is_translated():
    found = {
        told
        for template in TEMPLATES.iterdir()
        for told in re.findall(r'_\("([^"]+)"\)', template.read_text(encoding="utf-8"))
    }
    assert len(found) > 60
    assert [text for text in found if not CHINESE.search(translate_text(text, "zh"))] == ["n"]
    for text in found:
        places = re.findall(r"\{\w*\}", text)  # what the page and its script put in
        assert sorted(places) == sorted(re.findall(r"\{\w*\}", translate_text(text, "zh")))


@given(st.text(max_size=60) | st.sampled_from(["1.2 to 3.4", "5 (17.2 %)", "Deaths", "week 8"]))
def test_english_stays_as_it_is(text):
    assert translate_text(text, "en") == text


CLAUSES = (
    "sum {a} mm is −{b} % from baseline {n} mm (−30 % makes PR)",
    "sum {a} mm is +{b} % and +{n} mm from the nadir {a} mm of week {n} (20 % and 5 mm make PD)",
    (
        "SD: sum {a} mm is +{b} % from baseline {n} mm and −{b} % and −{n} mm from the nadir {a} "
        "mm of baseline: neither PR nor PD; non-target lesions persist without progression"
    ),
    "PD: new lesions N1, N2; target lesion T3 not read, and the rest does not make PD",
    "PR at week {n} (2025-01-02), confirmed at week {a} {n} days later",
    (
        "SD: PR at week {n} was not confirmed at least {a} days later; no progression at week {n}, "
        "day {a} (at least day {n})"
    ),
    (
        "at week {n} (2024-08-05), confirmed at week {a} {n} days later; first iUPD at week {a} "
        "(2024-11-16), neither confirmed nor withdrawn since"
    ),
    (
        "first control week {n} (2024-06-01), {a} days after RFA, recorded as complete: complete; "
        "died 2025-05-02, a competing event; no local progression at the last control, week {a} "
        "(2024-07-18)"
    ),
    (
        "T1: week {n} (2025-04-27) recorded as local progression, after a complete zone at week "
        "{a} (2025-01-09)"
    ),
    "T1: event on day {a}: local progression",
    "censored at the start, with no adequate assessment before new anticancer therapy (2024-11-08)",
    (
        "event after {a} days, 2024-11-06 → censored after 1 day, 2024-04-08: censored at the last "
        "assessment of measured lesions before treatment discontinuation (2024-05-28)"
    ),
    "holds: bilirubin {b} times the upper limit on 2024-11-30, {n} days later",
    (
        "laboratory criteria met; another cause is on file: ablation (RFA of T1 on 2024-07-17, {n} "
        "days before the transaminase)"
    ),
    (
        "240 mg given from 2025-01-18 to 2025-01-18 although it was to be held until 2025-01-20: "
        "rule L {n}, alanine aminotransferase {b} x the upper limit on 2025-01-15 (labs); "
        "aspartate aminotransferase 7.6 x the upper limit on 2025-01-15 (labs) (the "
        "sample was taken {a} "
        "days after an ablation, which raises such values for some days; the "
        "rule says hold and reduce)"
    ),
    "Sum of target diameters of patient P001 in mm: baseline {a}, week {n} {a}",
    "week {n}, day {a}: sum {a} mm, PR",
    "week {n} SD / PR, week {a} PD",
)


@given(
    st.sampled_from(CLAUSES), st.integers(2, 99), st.integers(2, 99), st.sampled_from([0.5, 12.3])
)
def test_a_reason_is_chinese_throughout_and_keeps_its_numbers(clause, a, n, b):
    english = clause.format(a=a, n=n, b=b)
    told = translate_text(english, "zh")
    assert digits(told) == digits(english)
    assert CHINESE.search(told)
    assert not re.search(r"[a-z]{3,} [a-z]", told), told


def test_the_heaviest_pattern_wins_whichever_end_it_is_filed_under():
    catalogue = Catalogue({}, [("end {}", "甲{0}"), ("{}: the same clause", "{0}：乙")])
    assert catalogue.translate("end x: the same clause") == "甲x：乙"


def test_a_number_ends_before_the_full_stop():
    catalogue = Catalogue({}, [("no {#}", "数 {0}"), ("no {#}.", "数 {0}。")])
    assert catalogue.translate("no 1.5.") == "数 1.5。"


def test_the_tables_of_two_readers_are_chinese():
    analysis = analyse(two_reader_dataset(), make_study())
    document = build_document(analysis)
    tables = [one for one in document.tables if one.number.startswith(("14.2.9", "14.2.10"))]
    assert tables
    assert (
        untranslated(replace(document, sections=(Section("r", "", "Readers", tables),)), "zh") == ()
    )


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
