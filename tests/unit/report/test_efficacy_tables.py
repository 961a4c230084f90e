"""Tables 14.2.1 to 14.2.12, counted by hand in a small trial, and what they say of nothing."""

from __future__ import annotations

import re

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import make_analysis, make_dataset, make_study
from twice_read_trial import two_reader_dataset

from trialwright.analysis import analyse
from trialwright.analysis.beside import read_beside
from trialwright.dataset import Dataset
from trialwright.report.formats import Days
from trialwright.report.tables.efficacy import build_efficacy_tables

DAYS = Days()


def build(analysis):
    tables = build_efficacy_tables(analysis, read_beside(analysis), Days(analysis.dataset.day_zero))
    return {table.number: table for table in tables}


def row(table, label, depth=None):
    found = [one for one in table.rows if one.label == label and depth in (None, one.depth)]
    assert len(found) == 1, f"{len(found)} rows {label!r}"
    return found[0]


def texts(table, label, depth=None):
    return [cell.text for cell in row(table, label, depth).cells]


def gives(cell):
    return dict(cell.inputs.rows)


def only(*patients, dataset=None):
    """Keep the rows of some patients."""
    source = dataset or make_dataset()
    kept = {
        name: frame.filter(pl.col("patient_id").is_in(patients))
        for name, frame in source.frames.items()
    }
    return Dataset.create(kept, source="simulated: a few patients")


@pytest.fixture(scope="module")
def analysis():
    return make_analysis()


@pytest.fixture(scope="module")
def tables(analysis):
    return build(analysis)


@pytest.fixture(scope="module")
def ablated():
    return build(analyse(make_ablated(), make_study()))


def test_the_tables_stand_in_order_and_each_has_its_number(tables):
    assert list(tables) == [
        "14.2.1", "14.2.2", "14.2.3", "14.2.4", "14.2.5", "14.2.6", "14.2.6.1", "14.2.7", "14.2.8",
        "14.2.11", "14.2.12",
    ]  # fmt: skip


# --- 14.2.1: CR-1 and PR-2 respond, SD-3 is stable, PD-4 grows, NEW-5 has a new lesion, NE-6 dies
# before a scan, LATE-7 has no baseline; OUT-8 was never treated.


def test_best_responses_counted_by_hand(tables):
    table = tables["14.2.1"]
    assert [column.head for column in table.columns[1:]] == [
        "Primary reading (N = 7)",
        "Unconfirmed responses (N = 7)",
        "All disease, ablated lesions included (N = 7)",
        "Calls by iRECIST (N = 7)",
    ]
    counted = {"CR": 1, "PR": 1, "SD": 1, "Non-CR/Non-PD": 0, "PD": 2, "NE": 2}
    for label, number in counted.items():
        assert texts(table, label)[0] == f"{number} ({100 * number / 7:.1f} %)"
    assert gives(row(table, "PD").cells[0]) == {"PD-4": "PD", "NEW-5": "PD"}
    assert row(table, "PD").cells[0].tone == "PD"


def test_the_response_rate_has_the_interval_of_the_study_and_names_every_patient(tables):
    table = tables["14.2.1"]
    rate, limits = row(table, "Objective response, n (%)", 0), row(table, "95 % CI", 0)
    assert rate.cells[0].text == "2 (28.6 %)"
    assert limits.cells[0].text == "(3.7 to 71.0 %)"  # R: binom.test(2, 7)
    assert [number.statistic for number in limits.cells[0].numbers] == [
        "lower limit, percent",
        "upper limit, percent",
    ]
    assert rate.cells[0].method == "Clopper-Pearson"
    assert gives(rate.cells[0]) == {
        "CR-1": "CR", "PR-2": "PR", "SD-3": "SD, may still respond", "PD-4": "PD", "NEW-5": "PD",
        "NE-6": "NE", "LATE-7": "NE",
    }  # fmt: skip
    assert rate.cells[0].notes == ("1 may still respond and count as no response so far",)
    assert rate.mark == "primary"


def test_the_response_rate_in_the_other_sets(tables):
    table = tables["14.2.1"]
    place = [one.label for one in table.rows].index("Response-evaluable set: objective response")
    members, responders, limits = table.rows[place + 1 : place + 4]
    # LATE-7 has no baseline; NE-6 died early, which belongs to the set.
    assert members.cells[0].text == "6"
    assert responders.cells[0].text == "2 (33.3 %)"
    assert limits.cells[0].text == "(4.3 to 77.7 %)"  # R: binom.test(2, 6)
    # Of the treated only PR-2 had the planned ablation.
    assert table.rows[place + 5].cells[0].text == "1"


def test_a_set_that_cannot_be_told_says_why():
    study = make_study()
    content = study.model_dump(exclude_none=True)
    content["analysis_sets"]["per_protocol_dose_percent"] = {"origin": "gap", "needed": "ask"}
    table = build(analyse(make_dataset(), type(study).model_validate(content)))["14.2.1"]
    place = [one.label for one in table.rows].index("Per-protocol set: objective response")
    assert [cell.text for cell in table.rows[place + 1].cells] == ["–"] * 4
    (why,) = table.rows[place + 1].cells[0].notes
    assert "per_protocol_dose_percent is still open" in why


def test_a_patient_whose_ablation_was_not_done_says_so_in_the_inputs():
    study = make_study(rates__ablation_not_performed="composite")
    table = build(analyse(make_dataset(), study))["14.2.1"]
    assert texts(table, "CR")[0] == "1 (14.3 %)"
    rate = row(table, "Objective response, n (%)", 0).cells[0]
    assert rate.text == "1 (14.3 %)"
    assert gives(rate)["CR-1"].startswith("CR, counted as no response: the planned ablation")


def test_a_progression_by_irecist_says_whether_it_was_confirmed(tables):
    table = tables["14.2.1"]
    confirmed, pending = (
        row(table, label).cells for label in ("confirmed (iCPD)", "not confirmed (iUPD)")
    )
    assert [cell.text for cell in confirmed[:3]] == ["–"] * 3
    both = confirmed[3].numbers[0].value + pending[3].numbers[0].value
    assert both == row(table, "PD").cells[3].numbers[0].value == 2


def test_a_reading_that_is_not_possible_is_told_under_the_table(analysis, monkeypatch):
    def fails(data, varied, **choices):
        if varied.endpoints.criteria.require() == "iRECIST":
            from trialwright.errors import StudyError

            msg = "no scan to confirm with"
            raise StudyError(msg)
        return analyse(data, varied, **choices)

    monkeypatch.setattr("trialwright.analysis.beside.analyse", fails)
    tables = build(analysis)
    assert len(tables["14.2.1"].columns) == 4
    assert "Calls by iRECIST: not possible: no scan to confirm with" in tables["14.2.1"].notes
    assert tables["14.2.8"].rows == ()
    assert tables["14.2.8"].empty == "no scan to confirm with"
    shown = [one for one in tables["14.2.4"].rows if "not possible" in one.label]
    assert [cell.text for cell in shown[0].cells] == ["0", "–", "–", "7", "–", "–", "–"]


# --- 14.2.2 and 14.2.3


def test_disease_control_and_time_to_response_by_hand(tables):
    table = tables["14.2.2"]
    assert texts(table, "Disease control rate, n (%)")[0] == "3 (42.9 %)"  # CR-1, PR-2, SD-3
    assert texts(table, "Responders")[0] == "2"
    # Both respond at week 8, 56 days after the first treatment, which counts: 57 / 30.4375
    assert texts(table, "Median, months")[0] == "1.9"
    assert texts(table, "Range, months")[0] == "1.9 to 1.9"
    cell = row(table, "Responders").cells[0]
    assert gives(cell) == dict.fromkeys(("CR-1", "PR-2"), "event on day 57: response")


def test_a_duration_without_an_event_is_not_reached(tables):
    table = tables["14.2.2"]
    assert texts(table, "Events, n (%)")[0] == "0 (0.0 %)"
    assert texts(table, "Censored, n (%)")[0] == "2 (100.0 %)"
    assert texts(table, "Median")[0] == "NR (NE)"
    assert row(table, "Median").cells[0].numbers[0].state == "not reached"
    assert texts(table, "Range")[0].count("+") == 2


def test_times_by_hand(tables):
    table = tables["14.2.3"]
    heads = [column.head for column in table.columns]
    assert heads[1:4] == [
        "Progression-free survival (PFS)", "Overall survival (OS)", "Time to progression (TTP)",
    ]  # fmt: skip
    # PFS: PD-4 and NEW-5 progress at week 8, NE-6 dies on day 30; OS: three deaths.
    assert texts(table, "Events, n (%)")[:3] == ["3 (42.9 %)", "3 (42.9 %)", "2 (28.6 %)"]
    assert texts(table, "progression")[:3] == ["2 (28.6 %)", "0 (0.0 %)", "2 (28.6 %)"]
    assert texts(table, "death")[:3] == ["1 (14.3 %)", "3 (42.9 %)", "0 (0.0 %)"]
    given = gives(row(table, "Events, n (%)").cells[0])
    # PD-4 began on day 3 of the trial and was scanned 56 days later.
    assert given["PD-4"] == "event on day 57: progression"
    assert given["NE-6"] == "event on day 26: death"
    # One of seven had died by then: 6/7, with log-log limits by Greenwood's formula.
    assert texts(table, "6 months")[1] == "85.7 % (33.4 to 97.9)"


def test_rates_only_where_the_study_has_a_landmark(tables):
    assert texts(tables["14.2.3"], "3 months")[1] == "–"
    assert texts(tables["14.2.3"], "12 months")[0] == "–"


def test_an_endpoint_that_is_not_computable_is_told():
    dataset = make_dataset()
    frames = {name: frame for name, frame in dataset.frames.items() if name != "deaths"}
    table = build(analyse(Dataset.create(frames, source="-"), make_study()))["14.2.3"]
    assert not any("(OS)" in column.head for column in table.columns)
    assert any(note.startswith("Overall survival (OS) is not computable: the data hold no deaths")
               for note in table.notes)  # fmt: skip
    assert not any(one.label.startswith("Median follow-up") for one in table.rows)


# --- 14.2.4 and 14.2.5


def test_every_other_way_stands_under_its_endpoint(tables):
    table = tables["14.2.4"]
    headings = [one.label for one in table.rows if not one.cells]
    assert [one.rpartition("(")[2].rstrip(")") for one in headings] == [
        "ORR", "DCR", "PFS", "OS", "TTP", "DOR",
    ]  # fmt: skip
    own = [one for one in table.rows if one.mark == "primary"]
    assert [one.cells[0].text for one in own] == ["7", "7", "7", "7", "7", "2"]
    assert {one.label for one in own} == {"As the study file says"}


def test_who_moves_is_named_with_both_ways(tables):
    table = tables["14.2.4"]
    start = [one.label for one in table.rows].index("Progression-free survival (PFS)")
    ema = next(one for one in table.rows[start:] if one.label.startswith("EMA"))
    moved = ema.cells[-1]
    assert moved.numbers[0].value == len(moved.inputs.patients)
    for _, words in moved.inputs.rows:
        assert " → " in words


def test_subgroups_by_hand(tables):
    table = tables["14.2.5"]
    assert texts(table, "All patients") == ["7", "2 (28.6 %)", "(3.7 to 71.0 %)"]
    assert texts(table, "female") == ["7", "2 (28.6 %)", "(3.7 to 71.0 %)"]
    assert texts(table, "male") == ["0", "–", "–"]
    # Nobody's birth date, performance status or site is in these data.
    for title in ("Age, years", "ECOG performance status", "Site"):
        assert texts(table, title) == ["not recorded of any patient", "–", "–"]
    # PR-2 and SD-3 have two liver lesions at baseline; LATE-7 was not scanned at baseline
    assert texts(table, "2 to 3")[:2] == ["2", "1 (50.0 %)"]
    assert texts(table, "a lesion ablated")[:2] == ["1", "1 (100.0 %)"]
    assert any("Ablation comes after baseline" in note for note in table.notes)


# --- 14.2.6 to 14.2.8, 14.2.11, 14.2.12


def test_ablated_lesions_by_hand(ablated):
    table = ablated["14.2.6"]
    assert table.population.words == "6 patients with 7 ablated lesions"
    found = {(one.label, one.cells[0].text): one for one in table.rows if one.cells}
    progressed = found["Local tumour progression", "lesion"]
    assert gives(progressed.cells[1])["LTP-3"] == "T1: yes"
    control, ends = (
        [one.label for one in table.rows].index(words)
        for words in (
            "First control 4 to 8 weeks after the planned course",
            "End of follow-up of the zone",
        )
    )
    for rows in (table.rows[control + 1 : ends], table.rows[ends + 1 :]):
        assert sum(one.cells[1].numbers[0].value for one in rows) == 7
    # LEFT-4's first control, 42 days after, is inside; that of TWO-5's T2 was never made
    assert {name for name, _ in table.rows[control + 3].cells[1].inputs.rows} == {
        "TWO-5",
        "QUIET-6",
    }
    local = ablated["14.2.6.1"]
    assert [column.head for column in local.columns[1:]] == ["By patient", "By lesion"]
    assert texts(local, "Patients (or lesions) counted") == ["6", "7"]


def test_each_policy_names_whom_it_changes(tables, analysis):
    table = tables["14.2.7"]
    for result in analysis.policies:
        cells = row(table, result.policy.replace("_", " ")).cells
        assert cells[1].numbers[0].value == result.estimate.successes
        after = gives(cells[1])
        for patient, old, new in result.changed:
            assert (after[patient], gives(cells[3])[patient]) == (new, f"{old} → {new}")
    assert [one.label for one in table.rows if one.mark == "primary"] == ["exclude"]


def test_the_immune_table_adds_up(tables):
    table = tables["14.2.8"]
    everybody = row(table, "All").cells
    assert everybody[-1].text == "7 (100.0 %)"
    assert sum(cell.numbers[0].value for cell in everybody[:-1]) == 7
    found = {one.label: one.cells[-1].numbers[0].value for one in table.rows if one.depth == 1}
    assert set(found) == {"confirmed", "not confirmed"}


def test_death_competes_in_its_own_table(tables):
    table = tables["14.2.11"]
    assert texts(table, "Events, n (%)")[0] == "2 (28.6 %)"
    assert texts(table, "Competing events, n (%)")[0] == "1 (14.3 %)"
    assert texts(table, "Censored, n (%)")[0] == "4 (57.1 %)"
    assert not any(one.label == "Median" for one in table.rows)


def test_the_decision_and_its_numbers(tables, analysis):
    table = tables["14.2.12"]
    assert texts(table, "Decision") == [analysis.stage.final.verdict]
    first = row(table, "First look").cells[0]
    assert [number.value for number in first.numbers] == [2, 4]  # CR-1 and PR-2 of four
    assert list(gives(first)) == ["CR-1", "PR-2", "SD-3", "PD-4"]
    error = row(table, "Exact type I error").cells[0]
    value = analysis.stage.null.probability_declare_active
    assert error.numbers[0].value == pytest.approx(100 * value)
    assert "(asked for: at most 10 %)" in error.text
    assert table.notes[0].startswith("The Clopper-Pearson interval of table 14.2.1")


# --- readers and calls


def test_two_readers_and_what_they_make_of_the_rate():
    analysis = analyse(two_reader_dataset(), make_study())
    found = build(analysis)
    assert [number for number in found if number.startswith("14.2.9")] == [
        "14.2.9", "14.2.9.1", "14.2.9.2", "14.2.9.3",
    ]  # fmt: skip
    best = next(one for one in found["14.2.9"].rows if one.label.endswith("best response"))
    assert [cell.text for cell in best.cells[:2]] == ["7", "8"]  # of all patients of the data
    assert len(best.cells[0].inputs.rows) == 7
    assert "SD-3" not in gives(best.cells[0])
    assert gives(best.cells[3])["SD-3"] == "best response: SD and PD"
    rates = found["14.2.9.1"]
    assert [one.cells[0].text for one in rates.rows] == ["2/7 (28.6 %)"] * 2
    assert gives(rates.rows[1].cells[0])["SD-3"] == "PD"
    pairs = found["14.2.9.3"]
    assert sum(cell.numbers[0].value for one in pairs.rows for cell in one.cells) == 8
    for table in (found["14.2.9.2"], pairs):
        for one in table.rows:
            for cell in one.cells:
                assert len(cell.inputs.rows) == cell.numbers[0].value


def test_central_readers_who_differ_and_nobody_decided():
    dataset = two_reader_dataset()
    named = pl.col("reader").replace("investigator", "central_2")
    frames = {
        name: frame.with_columns(named) if name in ("lesions", "measurements") else frame
        for name, frame in dataset.frames.items()
    }
    data = Dataset.create(frames, source="simulated: two central readers")
    analysis = analyse(data, make_study(response__reader="central"))
    found = build(analysis)
    table = found["14.2.9"]
    assert texts(table, "none")[:2] == ["1", "8"]  # SD-3 is undecided
    assert texts(table, "read by both, and differ")[:2] == ["1", "8"]
    assert gives(row(table, "decided by nobody, not evaluable").cells[0]).keys() == {"SD-3"}
    for one in found["14.2.9.1"].rows:
        cell = one.cells[0]
        responded = [name for name, best in cell.inputs.rows if best in ("CR", "PR")]
        assert len(responded) == cell.numbers[0].value
        assert len(cell.inputs.rows) == cell.numbers[1].value == 7
    assert texts(found["14.2.5"], "2 to 3")[0] == "1"
    assert "SD-3" in gives(row(found["14.2.1"], "NE").cells[0])


def test_hostile_identifiers_and_sites_stay_as_they_are():
    hostile = "<script>alert(1)</script>{\\rtf1}\\input{x}$#%& " + "长" * 300
    dataset = make_dataset({"PR-2": hostile})
    site = dataset.patients.with_columns(site=pl.lit(hostile))
    data = Dataset.create({**dataset.frames, "patients": site}, source="simulated: hostile")
    found = build(analyse(data, make_study()))
    assert hostile in gives(row(found["14.2.1"], "PR").cells[0])
    assert row(found["14.2.5"], hostile).cells[0].text == "7"
    assert any(hostile in cell.text for one in found["14.2.7"].rows for cell in one.cells)


def test_dates_read_as_days_where_the_data_count_days():
    first = make_dataset().patients["enrolment_date"].min()
    found = build(make_analysis(dataset=make_dataset(day_zero=first)))
    for table in found.values():
        for one in table.rows:
            for cell in one.cells:
                given = [words for _, words in cell.inputs.rows] if cell.inputs else []
                for words in (cell.text, *cell.notes, *given):
                    assert not re.search(r"\d{4}-\d{2}-\d{2}", words), (table.number, words)


def test_collected_calls_are_counted_beside_ours():
    dataset = make_dataset()
    calls = pl.DataFrame(
        {
            "patient_id": ["CR-1", "SD-3"],
            "visit": ["week 8", "week 8"],
            "criteria": ["RECIST 1.1"] * 2,
            "overall": ["PR", "PD"],
        }
    )
    data = Dataset.create({**dataset.frames, "calls": calls}, source="simulated: calls")
    table = build(analyse(data, make_study()))["14.2.10"]
    assert texts(table, "Calls by RECIST 1.1 in the data") == ["2"]
    assert texts(table, "as ours") == ["1"]
    assert texts(table, "other than ours") == ["1"]


# --- nothing to show


def test_nobody_treated():
    found = build(analyse(only("OUT-8"), make_study()))
    for number in ("14.2.1", "14.2.2", "14.2.3", "14.2.4", "14.2.5", "14.2.8", "14.2.12"):
        assert found[number].rows == ()
        assert found[number].empty
    assert found["14.2.1"].empty == "no patient in the efficacy set (treated)"


def test_no_responder():
    found = build(analyse(only("PD-4", "NEW-5", "NE-6"), make_study()))
    table = found["14.2.1"]
    assert texts(table, "Objective response, n (%)", 0)[0] == "0 (0.0 %)"
    assert texts(table, "95 % CI", 0)[0] == "(0.0 to 70.8 %)"  # R: binom.test(0, 3)
    durations = found["14.2.2"]
    assert texts(durations, "Responders")[0] == "–"
    assert row(durations, "Responders").cells[0].notes == ("Nobody responded",)
    assert not any("(DOR)" in one.label for one in found["14.2.4"].rows)
    assert found["14.2.7"].rows == ()
    assert found["14.2.7"].empty.startswith("no lesion was ablated as planned")


def test_one_patient_without_any_event():
    table = build(analyse(only("SD-3"), make_study()))["14.2.3"]
    assert texts(table, "Events, n (%)")[:2] == ["0 (0.0 %)"] * 2
    assert texts(table, "Censored, n (%)")[:2] == ["1 (100.0 %)"] * 2
    assert texts(table, "Median")[:2] == ["NR (NE)"] * 2


def test_no_ablation_planned_and_none_done():
    dataset = make_dataset()
    frames = {name: frame for name, frame in dataset.frames.items() if name != "ablations"}
    study = make_study().model_copy(update={"ablation": None})
    found = build(analyse(Dataset.create(frames, source="-"), study))
    assert not {"14.2.6", "14.2.6.1", "14.2.7"} & set(found)
    assert not any(one.label == "Ablation as planned" for one in found["14.2.5"].rows)


def test_no_decision_rule():
    study = make_study(design__kind="descriptive")
    found = build(analyse(make_dataset(), study))
    assert found["14.2.12"].rows == ()
    assert found["14.2.12"].empty.startswith("No decision rule")
    assert not any(one.label == "After two stages" for one in found["14.2.1"].rows)


def test_readings_of_another_analysis_are_refused(analysis):
    with pytest.raises(ValueError, match="read_beside"):
        build_efficacy_tables(make_analysis(), read_beside(analysis), DAYS)
