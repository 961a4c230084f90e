"""Every number of a report as data: what is listed, how it is kept, and what changed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_document import PATIENTS, TREATED, counts_table, sample_document
from trialwright.errors import ExportError
from trialwright.report.cells import count_cell
from trialwright.report.model import Cell, Column, Number, Population, Row, Section, Table
from trialwright.report.results import (
    compare_results,
    list_results,
    read_results,
    render_results,
)
from trialwright.report.results.rows import grouped_rows
from trialwright.report.tables.blocks import lesion_count_cell


def document_of(*tables):
    return replace(sample_document(), sections=(Section("s", "1", "S", tables),))


def table_of(patients, population=TREATED, number="14.2.1"):
    row = Row("Response", (count_cell(patients, len(population)),))
    columns = (Column(""), Column("n (%)", "number"))
    return Table(number, "Response", population, columns, (row,))


def results_of(*tables):
    return list_results(document_of(*tables))


def test_every_number_of_tables_and_sentences_is_listed_once():
    document = sample_document()
    found = list_results(document)
    cells = [
        cell
        for table in document.tables
        if table.kind == "table"
        for row in table.rows
        for cell in row.cells
    ]
    assert len(found.results) == 2 + sum(len(cell.numbers) for cell in cells)
    assert len({one.key for one in found.results}) == len(found.results)
    words = [one for one in found.results if one.display == "words words"]
    assert [(one.group, one.statistic, one.value) for one in words] == [
        ("responders", "patients", 5),
        ("responders", "percent", pytest.approx(100 * 5 / 45)),
    ]


def test_a_row_is_named_after_the_rows_it_stands_under():
    rows = counts_table().rows
    names = [group for group, _ in grouped_rows(rows)]
    assert names[:3] == [
        "Best overall response",
        "Best overall response > Complete response",
        "Best overall response > Progressive disease",
    ]
    assert " > " not in names[3]


def test_two_rows_of_one_name_have_keys_of_their_own():
    row = table_of(PATIENTS[:2]).rows[0]
    found = results_of(replace(table_of(()), rows=(row, row)))
    keys = [one.key for one in found.results if one.statistic == "patients"]
    assert keys == [
        "14.2.1 | Response | n (%) | patients",
        "14.2.1 | Response | n (%) | patients #2",
    ]


def test_a_file_reads_back_equal_and_is_the_same_twice(tmp_path):
    found = list_results(sample_document())
    content = render_results(found)
    assert content == render_results(list_results(sample_document()))
    tmp_path.joinpath("results.json").write_bytes(content)
    assert read_results(tmp_path) == found
    assert found.to_frame().height == len(found.results)
    held = {digest for digest, given in found.inputs.items() if given}  # nobody has no row
    assert set(found.inputs_frame()["inputs"]) == held


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not json", "no JSON"),
        (b"[]", "holds no analysis results"),
        (b'{"format": "other"}', "holds no analysis results"),
        (b'{"format": "trialwright analysis results", "format_version": 9}', "version 9"),
        (b'{"format": "trialwright analysis results", "format_version": 1}', "cut short"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path, content, words):
    path = tmp_path / "results.json"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=words):
        read_results(path)


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.update(inputs={}),
        lambda content: content.update(about="a word"),
        lambda content: content["results"].append(content["results"][0]),
        lambda content: content["results"].append(content["results"][0][:3]),
        lambda content: content["results"][0].__setitem__(7, "5"),
        lambda content: next(iter(content["inputs"].values()))[0].__setitem__(0, "P999"),
        lambda content: next(iter(content["inputs"].values()))[0].append("more"),
    ],
    ids=["no inputs", "about", "key twice", "short row", "value", "other patient", "long input"],
)
def test_a_file_that_was_edited_is_refused(tmp_path, edit):
    path = tmp_path / "results.json"
    content = json.loads(render_results(results_of(table_of(PATIENTS[:5]))))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ExportError, match="edited"):
        read_results(path)


def test_a_file_that_is_not_there_is_refused_with_the_mend(tmp_path):
    with pytest.raises(ExportError, match="trialwright report"):
        read_results(tmp_path)


def test_the_patients_who_moved_a_number_are_named():
    found = compare_results(results_of(table_of(PATIENTS[:5])), results_of(table_of(PATIENTS[1:7])))
    assert [one.result.statistic for one in found.changed] == ["patients", "percent"]
    moved = {one.patient_id: (one.before, one.after) for one in found.changed[0].moved}
    assert moved == {
        PATIENTS[0]: ("counted", None),
        PATIENTS[5]: (None, "counted"),
        PATIENTS[6]: (None, "counted"),
    }
    assert dict(found.patients) == dict.fromkeys(moved, 2)
    assert found.changed[0].why == "patients"


def test_patients_who_change_places_do_not_hide():
    found = compare_results(results_of(table_of(PATIENTS[:5])), results_of(table_of(PATIENTS[1:6])))
    assert found.changed[0].why == "same number, other patients"


def test_a_percentage_that_moved_with_its_denominator_names_who_joined():
    fewer = Population("safety", "40 treated patients", PATIENTS[:40])
    found = compare_results(
        results_of(table_of(PATIENTS[:5], fewer)), results_of(table_of(PATIENTS[:5]))
    )
    (changed,) = found.changed
    assert changed.result.statistic == "percent"
    assert changed.why == "population"
    assert tuple(one.patient_id for one in changed.moved) == PATIENTS[40:]
    assert found.joined == {"safety": PATIENTS[40:]}
    assert found.unchanged == 1


def test_a_share_of_a_part_names_who_joined_or_left_that_part():
    """Of those given a drug: the population of the table stayed, and no study file changed."""

    def shared(among):
        row = Row("Ended", (count_cell(PATIENTS[:5], len(among), among=among),))
        return results_of(replace(table_of(()), rows=(row,)))

    (changed,) = compare_results(shared(PATIENTS[:10]), shared(PATIENTS[1:13])).changed
    assert (changed.result.statistic, changed.why) == ("percent", "population")
    assert {one.patient_id: (one.before, one.after) for one in changed.moved} == {
        PATIENTS[0]: ("in the denominator", None),
        **dict.fromkeys(PATIENTS[10:13], (None, "in the denominator")),
    }


def test_a_lesion_that_joined_a_denominator_names_its_patient():
    def shared(*among):
        row = Row("Missing", (lesion_count_cell("lesions", [("P1", "lesion T1")], among),))
        return results_of(replace(table_of(()), rows=(row,)))

    one, two = ("P1", "lesion T1"), ("P2", "lesion T1")
    (changed,) = compare_results(shared(one, two), shared(one, two, ("P2", "lesion T2"))).changed
    assert [(each.patient_id, each.before, each.after) for each in changed.moved] == [
        ("P2", "lesion T1", "lesion T1; lesion T2")
    ]


def test_a_number_that_nobody_moved_points_to_the_study_or_the_program_if_they_changed():
    def with_value(value, **about):
        cell = Cell(f"{value}", (Number("lower limit", value),), count_cell(PATIENTS, 45).inputs)
        found = results_of(replace(table_of(()), rows=(Row("ORR", (cell,)),)))
        return replace(found, about={**found.about, **about})

    for about, why in (
        ({"study_digest": "other"}, "study file or program"),
        ({"trialwright": "other"}, "study file or program"),
        ({"data_digest": "other"}, "data that the reports do not hold"),
    ):
        (changed,) = compare_results(with_value(1.0), with_value(2.0, **about)).changed
        assert (changed.why, changed.moved) == (why, ())


def test_a_row_of_nobody_that_came_names_nobody():
    """A reason that another column has gives this one a row of 0: no member of it moved."""
    one = table_of(PATIENTS[:5])
    more = replace(one, rows=(*one.rows, Row("Other", (count_cell((), 45),))))
    for changed in compare_results(results_of(one), results_of(more)).changed:
        assert (changed.why, changed.moved) == ("rows of the table", ())


def test_numbers_that_come_and_go_are_told():
    one, two = table_of(PATIENTS[:1]), table_of(PATIENTS[:1], number="14.2.2")
    found = compare_results(results_of(one), results_of(two))
    assert [(c.before is None, c.after is None) for c in found.changed] == [
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]
    assert found.to_frame().height == 4


ANY = st.sets(st.sampled_from(PATIENTS))


@settings(max_examples=25)
@given(ANY, ANY)
def test_a_comparison_names_exactly_those_who_differ_and_nothing_of_equals(one, two):
    before, after = (results_of(table_of(sorted(patients))) for patients in (one, two))
    found = compare_results(before, after)
    moved = {patient for patient, _ in found.patients}
    assert moved == one ^ two
    assert bool(found.changed) == (one != two)
    assert not compare_results(before, before).changed
