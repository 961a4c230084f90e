"""Ablated lesions in the report: both readings of each patient, each lesion, the procedures."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from ablated_trial import SIZES, START, make_ablated
from small_trial import Page, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.analysis.ablation import follow_ablations
from trialwright.dataset import Dataset
from trialwright.report import render_report
from trialwright.report.formats import Days
from trialwright.report.tables.ablated_lesions import build_ablated_lesions
from trialwright.report.tables.ablation_listings import build_ablation_listings
from trialwright.report.tables.ablation_procedure import build_ablation_procedure

BOTH, LESIONS = "16.2.6.7", "16.2.6.6"


def build(analysis, days):
    tables = [*build_ablated_lesions(analysis, days), *build_ablation_listings(analysis, days)]
    procedure = build_ablation_procedure(analysis, days)
    return {table.number: table for table in [*tables, procedure] if table is not None}


def cells_of(table, row):
    """Return the texts of the cells of a row by the heads of their columns."""
    heads = [column.head for column in table.columns[1:]]
    return dict(zip(heads, (cell.text for cell in row.cells), strict=True))


def below(table, heading):
    """Return the texts of the first cells of the rows below a heading, by label."""
    rows = table.rows[[row.label for row in table.rows].index(heading) + 1 :]
    deeper = next((n for n, row in enumerate(rows) if not row.depth), len(rows))
    return {row.label: row.cells[0].text for row in rows[:deeper]}


@pytest.fixture(scope="module")
def ablated():
    return analyse(make_ablated(), make_study())


@pytest.fixture(scope="module")
def tables(ablated):
    return build(ablated, Days())


def test_patients_whose_best_response_differs_stand_first(tables, ablated):
    table = tables[BOTH]
    shown = {row.patient: cells_of(table, row) for row in table.rows}
    differs = [one["Best, not ablated"] != one["Best, all disease"] for one in shown.values()]
    assert any(differs)
    assert differs == sorted(differs, reverse=True)
    assert differs == [row.mark == "alert" for row in table.rows]
    assert set(shown) == set(SIZES) - {"NONE-7"}
    assert table.notes[0].endswith("not listed: 1.")
    for patient, one in shown.items():
        visits = one["Visit by visit: not ablated / all disease"].split(", ")
        assert len(visits) == len(ablated.response_of(patient).time_points)
        parted = one["Best, not ablated"] != one["Best, all disease"]
        assert (one["What makes the difference"] != "–") == (
            parted or any(" / " in visit for visit in visits)
        )


def test_each_lesion_says_what_became_of_it(tables):
    table = tables[LESIONS]
    marked = {}
    rows = {}
    for row in table.rows:
        found = cells_of(table, row)
        key = (row.patient, found["Lesion"].partition(" ")[0])
        rows[key], marked[key] = found, row.mark == "alert"
    assert rows["OK-1", "T1"]["Lesion"] == "T1 (liver, target)"
    assert rows["OK-1", "T1"]["Technique efficacy"] == "complete"
    assert rows["OK-1", "T1"]["Size before → after, mm"] == "30 → 45, 40, 36"
    assert rows["OK-1", "T1"]["First control"] == "week 8, 2025-04-28, day 42, in the window"
    assert rows["LTP-3", "T1"]["Local progression"] == "local progression, day 154"
    assert marked["LTP-3", "T1"]
    assert not marked["OK-1", "T1"]
    left = rows["LEFT-4", "T1"]
    assert left["Technique efficacy"] == "residual tumour; after ablation was repeated: complete"
    first, second = left["Ablation"].split("; ")
    assert "not planned" not in first
    assert "not planned" in second
    two = rows["TWO-5", "T2"]
    assert (two["First control"], two["Technique efficacy"]) == ("none", "not assessed")
    assert "success not recorded" in two["Ablation"]
    assert rows["ZONE-2", "T1"]["Local progression"] == "death, day 290"


def test_the_reasons_of_a_lesion_are_told_with_it(tables, ablated):
    whys = {
        (row.patient, row.cells[0].text.partition(" ")[0]): row.cells[-1].text
        for row in tables[LESIONS].rows
    }
    for one in ablated.ablated:
        told = whys[one.patient_id, one.lesion.lesion_id]
        for reason in (one.efficacy_reason, one.local.reason):
            assert reason.sentence in told


def test_procedures_are_counted(tables):
    table = tables["14.1.5"]
    found = {row.label: row.cells[0].text for row in table.rows if row.cells and not row.depth}
    assert found["Patients ablated"] == "6 (85.7 %)"
    assert (found["Sessions"], found["Lesions ablated"]) == ("7", "7")
    sizes = below(table, "Size before the ablation, mm, by lesion")
    assert (sizes["Median"], sizes["Range"]) == ("25.0", "18 to 30")
    assert below(table, "Ablations") == {"RFA": "8 (100.0 %)"}
    margins = below(table, "Smallest margin, by ablation")
    assert margins["not recorded"] == "1 (12.5 %)"
    assert sum(int(text.split()[0]) for text in margins.values()) == 8
    assert "Other local treatments of lesions" not in found


def test_a_treatment_that_is_no_ablation_is_counted_apart():
    data = make_ablated()
    when = START + dt.timedelta(days=20)
    other = {"patient_id": "OK-1", "lesion_id": "T2", "ablation_date": when,
             "modality": "radiotherapy", "planned": True}  # fmt: skip
    more = pl.concat([data.ablations, pl.DataFrame([other])], how="diagonal_relaxed")
    analysis = analyse(make_ablated(ablations=more), make_study())
    table = build_ablation_procedure(analysis, Days())
    (row,) = (one for one in table.rows if one.label == "Other local treatments of lesions")
    assert row.cells[0].text == "1"
    assert row.cells[0].inputs.rows == (("OK-1", "lesion T2: radiotherapy on 2025-03-23"),)
    ablations = next(one for one in table.rows if one.label == "Ablations")
    assert ablations.cells[0].text == "8"


def test_outcomes_are_counted(tables, ablated):
    table = tables["14.2.6"]
    rows = {(row.label, row.cells[0].text): row for row in table.rows if row.cells}
    primary = rows["Primary technique efficacy", "lesion"]
    assert [cell.text for cell in primary.cells[1:3]] == ["4/5 (80.0 %)", "(28.4 to 99.5 %)"]
    assert rows["Primary technique efficacy", "patient"].cells[2].text == "–"

    def counts(heading):
        place = [row.label for row in table.rows].index(heading) + 1
        under = []
        for row in table.rows[place:]:
            if not row.depth:
                break
            under.append((row.label, row.cells[1].numbers[0].value))
        return dict(under)

    assert counts("First control 4 to 8 weeks after the planned course") == {
        "Inside": 5, "Outside": 0, "Without a control": 2,
    }  # fmt: skip
    ends = counts("End of follow-up of the zone")
    assert {label: count for label, count in ends.items() if count} == {
        "Local progression": 1, "Death": 2, "Censored": 3, "Not assessed": 1,
    }  # fmt: skip
    results = follow_ablations(ablated.readings, ablated.study)
    assert {label.lower(): n for label, n in ends.items() if n} == {
        end.label: n for end, n in results.local_ends.items()
    }


def test_the_page_shows_the_tables(ablated):
    page = Page(render_report(ablated))
    assert "SD in the lesions not ablated, PR in all disease; T1" in page.text
    assert "Time to it is in tables 14.2.6.1 and 14.2.11." in page.text
    (row,) = (row for row in page.rows if row[:2] == ["ZONE-2", "T1 (liver, target)"])
    assert "complete" in row


def test_data_without_an_ablation_say_so():
    data = make_dataset()
    frames = {**data.frames, "ablations": data.ablations.clear()}
    without = analyse(Dataset.create(frames, source="none"), make_study())
    found = build(without, Days())
    for number, empty in (
        ("14.2.6", "no lesion was ablated on study"),
        (LESIONS, "no lesion was ablated on study"),
        (BOTH, "no lesion was ablated as planned"),
        ("14.1.5", "no lesion of a treated patient was ablated"),
    ):
        assert (found[number].rows, found[number].empty) == ((), empty)
    unplanned = analyse(
        Dataset.create(frames, source="none"), make_study().model_copy(update={"ablation": None})
    )
    assert build(unplanned, Days()) == {}


def test_study_days_take_the_place_of_made_up_dates():
    data = make_ablated()
    dayed = Dataset.create(data.frames, source=data.source, day_zero=START)
    found = build(analyse(dayed, make_study()), Days(START))
    told = []
    for table in found.values():
        for row in table.rows:
            for cell in row.cells:
                told += [cell.text, *cell.notes]
                told += [words for _, words in cell.inputs.rows] if cell.inputs else []
    words = " ".join(told)
    assert "day 56" in words
    assert [d for d in (str(START + dt.timedelta(days=n)) for n in range(400)) if d in words] == []
