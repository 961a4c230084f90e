"""Laws that hold over every display of the report, whoever made it."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from peopled_trial import analyse_both, peopled_dataset

import trialwright as tw
from document_texts import keys_of, walk_cells, walk_texts
from hostile_trials import CASES, FORMULA, RTF, SCRIPT, TEX, WORKED, report_of
from trialwright.analysis.safety import analyse_safety
from trialwright.report import build_document
from trialwright.report.model import Flow, Paragraph
from trialwright.report.results import list_results

if TYPE_CHECKING:
    from trialwright.report.model import Document

NO_SENTENCE = re.compile(
    r"\bnan\b|\bNone\b(?! of)|\binf\b|\bTrue\b|\bFalse\b|  |<\w+[\w.]* object|\bdatetime\b|"
    r"\w=\w+\(|\bResponse\.|\{\w+\}|\[\]|\(\)|''"
)
NUMBER = re.compile(r"[+−-]?\d+(?:,\d{3})*(?:\.\d+)?")
SPAN_OF_FIELDS = re.compile(r"^A\.\d+ ")  # the study file's own words: lists and paths


@functools.cache
def analyse_worked():
    """Analyse the trial of 45 virtual patients."""
    study = tw.read_study(WORKED)
    analysis = tw.analyse(tw.simulate_study(study, seed=1, trial=14, patients=45), study)
    return analysis, analyse_safety(analysis.dataset, study)


@functools.cache
def make(name):
    """Return a report and its analysis."""
    if name in CASES:
        report = report_of(name)
        return report.document, report.analysis
    made = analyse_both(peopled_dataset()) if name == "peopled" else analyse_worked()
    language = "zh" if name.endswith("zh") else "en"
    return build_document(*made, language=language), made[0]


@pytest.fixture(scope="module", params=["worked", "worked zh", "peopled", *CASES])
def both(request):
    return make(request.param)


@pytest.fixture(scope="module")
def worked():
    return make("worked")


@pytest.fixture(scope="module")
def document(both) -> Document:
    return both[0]


@pytest.fixture(scope="module")
def patients(both) -> set[str]:
    return set(both[1].dataset.patients["patient_id"])


def test_every_table_number_stands_once(document):
    numbers = Counter(table.number for table in document.tables)
    assert [number for number, count in numbers.items() if count > 1] == []


def test_every_key_is_given_once(document):
    assert [key for key, count in Counter(keys_of(document)).items() if count > 1] == []


def test_every_target_leads_somewhere(document):
    keys = set(keys_of(document))
    lost = {placed.where: placed.cell.target for placed in walk_cells(document)}
    assert {where: to for where, to in lost.items() if to and to not in keys} == {}


def test_a_population_has_one_membership_under_its_name(document, patients):
    members = defaultdict(set)
    shown = [table.population for table in document.tables]
    shown += [figure.population for figure in document.figures if figure.population]
    for population in shown:
        members[population.name].add(population.patients)
        assert len(set(population.patients)) == len(population)
    assert [name for name, found in members.items() if len(found) > 1] == []
    assert set().union(*(set(one.patients) for one in shown)) <= patients


def test_nobody_gives_to_a_number_who_is_not_in_the_data(document, patients):
    strangers = {
        placed.where
        for placed in walk_cells(document)
        if placed.cell.inputs and not set(placed.cell.inputs.patients) <= patients
    }
    assert strangers == set()


def test_a_count_is_the_number_of_the_patients_who_are_named(document):
    counts = [
        (placed, placed.cell.numbers[0].value)
        for placed in walk_cells(document)
        if is_count(placed.cell)
    ]
    assert len(counts) > 30
    wrong = {
        placed.where: (count, len(placed.cell.inputs.patients))
        for placed, count in counts
        if count != len(placed.cell.inputs.patients)
    }
    assert wrong == {}


def is_count(cell):
    """Tell whether a cell says how many patients there are, with or without a share."""
    names = [number.statistic for number in cell.numbers]
    return bool(cell.inputs) and names in (["patients"], ["patients", "percent"])


def test_a_share_is_the_count_out_of_a_whole_number_of_patients(document, patients):
    for placed in walk_cells(document):
        names = [number.statistic for number in placed.cell.numbers]
        if names[:2] != ["patients", "percent"]:
            continue
        count, share = (number.value for number in placed.cell.numbers[:2])
        if share in (None, 0):
            assert not count, placed.where
            continue
        total = 100 * count / share
        assert total == pytest.approx(round(total), abs=1e-9), placed.where
        assert count <= round(total) <= len(patients), placed.where
        if placed.table:
            assert placed.cell.text.startswith(f"{count:g} ({share:.1f} %)"), placed.where


def test_a_listing_holds_every_row_of_its_table(worked):
    document, analysis = worked
    rows = {table.number: len(table.rows) for table in document.tables}
    frames = analysis.dataset.frames
    assert rows["16.2.6.1"] + rows["16.2.6.2"] == frames["measurements"].height
    for number, name in (
        ("16.2.1", "dispositions"),
        ("16.2.4.1", "patients"),
        ("16.2.4.2", "medications"),
        ("16.2.4.3", "therapies"),
        ("16.2.5.1", "doses"),
        ("16.2.5.2", "ablations"),
        ("16.2.7.1", "adverse_events"),
        ("16.2.7.3", "deaths"),
        ("16.2.8.3", "vitals"),
        ("16.2.8.4", "ecgs"),
    ):
        assert rows[number] == frames[name].height > 0, number


def test_every_figure_has_words_and_data_or_says_why_nothing_is_drawn(document, patients):
    numbers = {table.number for table in document.tables}
    assert document.figures
    for figure in document.figures:
        assert figure.title, figure.key
        assert len(figure.caption) > 10, figure.key
        assert len(figure.description) > 10, figure.key
        if figure.paint is None:
            assert figure.data is None or figure.data.is_empty(), figure.key
            continue
        assert min(figure.size_inches) > 1, figure.key
        assert figure.data.height > 0, figure.key
        if "patient_id" in figure.data.columns:
            assert set(figure.data["patient_id"].drop_nulls()) <= patients, figure.key
        assert figure.population is not None, figure.key
    orphans = {
        figure.key: figure.number
        for figure in document.figures
        if not any(f"{number}.".startswith(f"{figure.number}.") for number in numbers)
    }
    assert orphans == {}


def test_an_empty_table_says_why(document):
    for table in document.tables:
        if not table.rows:
            assert table.empty not in ("", "none", "无"), table.number


def test_no_text_is_what_a_program_writes(document):
    found = {
        (where, text)
        for where, text in walk_texts(document)
        if NO_SENTENCE.search(without_names(text)) and not SPAN_OF_FIELDS.match(where)
    }
    assert found == set()


def without_names(text):
    """Leave out what the hostile data hold."""
    for words in (SCRIPT, RTF, TEX, FORMULA):
        text = text.replace(words, "-")
    return text


def test_the_figure_of_the_flow_counts_as_its_boxes_do(document):
    (flow,) = [block for block in document.walk() if isinstance(block, Flow)]
    assert flow.steps[0].patients == len(flow.figure.population)
    assert all(step.patients >= sum(len(who) for _, who in step.left) for step in flow.steps)


def test_a_value_of_a_sentence_stands_in_it_as_it_is(document):
    for block in document.walk():
        if isinstance(block, Paragraph):
            for name, cell in block.values:
                assert cell.text in block.text, name
                if cell.numbers:
                    assert read_back(cell) == [], name


def test_a_number_of_a_table_stands_in_its_cell(document):
    """The text may round, and may hold more words; it never says another number."""
    for placed in walk_cells(document):
        if placed.table and placed.table.kind == "table":
            assert read_back(placed.cell) == [], placed.where


def read_back(cell):
    """Return the numbers of a cell that cannot be read in its text, to the places it shows."""
    written = [
        (abs(float(text.replace(",", "").lstrip("+−-"))), len(text.partition(".")[2]))
        for text in NUMBER.findall(cell.text)
    ]
    return [
        number
        for number in cell.numbers
        if number.value is not None
        and not any(
            abs(value - abs(number.value)) <= 0.5 * 10**-places + 1e-9 for value, places in written
        )
    ]


def test_the_words_hold_no_number_that_the_results_do_not(worked):
    document, _ = worked
    results = [one for one in list_results(document).results if one.display.startswith("words")]
    values = [
        (number.statistic, number.value)
        for block in document.walk()
        if isinstance(block, Paragraph)
        for _, cell in block.values
        for number in cell.numbers
    ]
    assert sorted(values, key=str) == sorted(
        ((one.statistic, one.value) for one in results), key=str
    )


def test_a_number_of_patients_is_the_same_in_words_and_in_the_table(worked):
    """What the first paragraph says of responders is the cell of the table."""
    document, analysis = worked
    words = {name: cell for block in document.walk() if isinstance(block, Paragraph)
             for name, cell in reversed(block.values)}  # fmt: skip
    said = words["response.primary.responders"]
    rate = analysis.proportion("ORR").estimate
    assert said.numbers[0].value == rate.successes
    assert any(
        cell.text.startswith(f"{rate.successes} ({100 * rate.value:.1f} %)")
        for row in document.table("14.2.1").rows
        for cell in row.cells
    )


def test_both_languages_hold_the_same_numbers_of_the_same_patients():
    english, chinese = (list_results(make(name)[0]) for name in ("worked", "worked zh"))
    assert len(english.results) == len(chinese.results)
    of_tables = [
        [
            (one.display, one.value, one.state, len(results.inputs.get(one.inputs, ())))
            for one in results.results
            if not one.display.startswith("words")
        ]
        for results in (english, chinese)
    ]
    assert of_tables[0] == of_tables[1]


def test_every_percentage_is_counted_again_from_the_results_alone(both):
    """A count over its denominator, or so many of those on whom an estimate rests."""
    found = list_results(both[0])
    wrong = []
    for one in found.results:
        if one.statistic != "percent" or one.in_words or not one.inputs:
            continue  # of a design: nobody is behind it
        given = len(found.inputs[one.inputs])
        whole = len(found.inputs[one.among] if one.among else found.populations[one.population])
        shares = (k / given for k in range(given + 1)) if given else ()
        if not any(100 * share == pytest.approx(one.value) for share in (given / whole, *shares)):
            wrong.append((one.key, one.value, given, whole))
    assert not wrong
