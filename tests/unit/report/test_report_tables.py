"""Display rows: every number comes from the analysis, and nobody is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from small_trial import make_analysis, make_dataset, make_study

from trialwright.analysis.beside import read_beside
from trialwright.report.drawing import svg_of
from trialwright.report.figures.boundary import draw_boundary
from trialwright.report.flow import build_flow
from trialwright.report.formats import Days
from trialwright.report.glance import (
    build_decision,
    build_endpoints,
    build_tiles,
    say_intervals,
    show_follow_up,
)
from trialwright.report.model import Figure, Paragraph
from trialwright.report.provenance import build_front
from trialwright.report.sections.efficacy import build_efficacy_sections
from trialwright.report.tables.design import build_design_table
from trialwright.report.tables.efficacy import build_efficacy_listings, build_efficacy_tables
from trialwright.report.tables.findings import build_finding_tables, build_record_table
from trialwright.report.words.counted import explain_endpoint
from trialwright.stats.two_stage import Attained, TwoStagePlan, infer_after_two_stages

DAYS = Days()


@pytest.fixture(scope="module")
def tables(analysis):
    built = build_efficacy_tables(analysis, read_beside(analysis), DAYS)
    return {table.number: table for table in built}


def by_label(table):
    """Return the texts of the first column of cells, by label; of equal labels the first."""
    found = {}
    for row in table.rows:
        if row.cells:
            found.setdefault(row.label, row.cells[0].text)
    return found


def test_the_front_says_what_is_not_stated_and_that_patients_are_simulated(analysis):
    front = build_front(analysis)
    assert front.registration_number == "not stated"
    assert front.simulated
    assert front.patients == 8


def test_real_data_carry_no_banner():
    assert not build_front(make_analysis(dataset=make_dataset(source="folder x"))).simulated


def test_the_endpoint_table_repeats_the_estimates(analysis):
    rows = {row.key: row for row in build_endpoints(analysis)}
    orr = analysis.proportion("ORR").estimate
    assert (rows["ORR"].n, rows["ORR"].events) == (orr.n, str(orr.successes)) == (7, "2")
    assert rows["ORR"].estimate == "28.6 %"
    assert rows["ORR"].interval == "(3.7 to 71.0 %)"
    assert rows["PFS"].n == 7
    assert rows["DOR"].estimate == "median NR"
    rates = ["ORR", "ORR unconfirmed", "ORR response evaluable", "ORR per protocol", "DCR"]
    times = ["PFS", "OS", "TTP", "DOR", "TTR", "DSD", "TOT", "LTPFS", "LTPFS per lesion"]
    assert list(rows) == [*rates, *times]


def test_tiles_leave_the_sensitivity_reading_to_the_table(analysis):
    labels = [tile.label for tile in build_tiles(analysis)]
    assert labels == [
        "Objective response rate, confirmed",
        "Disease control rate",
        "Median progression-free survival",
        "Median overall survival",
    ]


def test_the_decision_carries_exact_error_rates_and_a_caveat(analysis):
    decision = build_decision(analysis, DAYS)
    assert decision.verdict == analysis.stage.final.verdict == "activity declared"
    shown = dict(decision.properties)
    error = 100 * analysis.stage.null.probability_declare_active
    assert shown["Exact type I error"] == f"{error:.2f} % (asked for: at most 10 %)"
    assert "Clopper-Pearson" in decision.caveat
    assert "ignores the interim look" in decision.caveat
    assert decision.estimates == ()  # a patient may still respond
    assert decision.caveat.endswith("follow once no counted patient is open.")


@pytest.mark.parametrize(
    ("first", "responses", "said", "caveat"),
    [
        (
            1,
            2,
            ("Response rate, UMVUE", "95 % CI, exact, stage-wise", "Observed rate"),
            "The estimates here take it into account.",
        ),
        (
            0,
            2,
            ("Response rate after two stages", "As if there had been one stage"),
            "its rule was not followed.",
        ),
    ],
)
def test_the_decision_carries_what_is_said_of_the_rate(analysis, first, responses, said, caveat):
    plan = TwoStagePlan(4, 0, 7, 1, p0=0.10)
    found = infer_after_two_stages(responses, plan, attained=Attained(4, first, 7), level=0.95)
    ended = replace(analysis, stage=replace(analysis.stage, inference=found))
    decision = build_decision(ended, DAYS)
    labels = [label for label, _ in decision.estimates]
    assert all(any(label.startswith(word) for label in labels) for word in said)
    assert decision.caveat.endswith(caveat)
    if found.state == "estimated":
        shown = dict(decision.estimates)
        assert shown["Response rate, UMVUE"] == f"{100 * found.estimate:.1f} %"
        assert shown[said[1]] == f"({100 * found.low:.1f} to {100 * found.high:.1f} %)"


def test_the_methods_of_the_intervals_are_named(analysis):
    assert say_intervals(analysis).startswith(
        "Intervals: rates Clopper-Pearson; times, Kaplan–Meier on the scale log-log; "
    )
    wilson = make_analysis(make_study(statistics__proportion_interval="wilson"))
    assert "rates Wilson;" in say_intervals(wilson)


def test_a_descriptive_trial_has_no_decision_and_no_boundaries():
    analysis = make_analysis(make_study(design__kind="descriptive"))
    assert build_decision(analysis, DAYS) is None
    assert draw_boundary(analysis) == build_design_table(analysis) == ()


def test_the_flow_adds_up_at_every_step(analysis):
    steps = build_flow(analysis)
    assert steps[0].patients == len(analysis.sets.members) == 8
    for step, later in pairwise(steps):
        assert step.patients - step.leaving == later.patients
    for step in steps:
        assert not step.parts or sum(count for _, count in step.parts) == step.patients
    assert steps[0].left == (("enrolled, never treated", ("OUT-8",)),)
    assert dict(steps[1].parts) == {"drug and planned ablation": 1, "drug only": 6}
    assert steps[2].left == (("no assessment after baseline", ("NE-6",)),)
    assert steps[-1].patients == 5


def test_a_source_without_treatment_tables_claims_nothing_about_treatment():
    data = make_dataset()
    frames = {
        name: frame for name, frame in data.frames.items() if name not in {"doses", "ablations"}
    }
    first = frames["measurements"]["scan_date"].min()
    frames["patients"] = frames["patients"].with_columns(first_treatment_date=first)
    bare = type(data).create(frames, source="folder")
    assert build_flow(make_analysis(dataset=bare))[1].parts == ()


def test_best_responses_add_up_to_the_efficacy_set(analysis, tables):
    table = tables["14.2.1"]
    rows = [row for row in table.rows if row.cells and row.cells[0].tone not in ("", "strong")]
    assert {row.label: row.cells[0].text for row in rows} == {
        "CR": "1 (14.3 %)",
        "PR": "1 (14.3 %)",
        "SD": "1 (14.3 %)",
        "Non-CR/Non-PD": "0 (0.0 %)",
        "PD": "2 (28.6 %)",
        "NE": "2 (28.6 %)",
    }
    named = [patient for row in rows for patient in row.cells[0].inputs.patients]
    assert sorted(named) == sorted(one.patient_id for one in analysis.sets.efficacy)


def test_the_table_of_policies_names_the_patients_that_change(tables):
    rows = {row.label: row for row in tables["14.2.7"].rows}
    assert [name for name, row in rows.items() if row.mark == "primary"] == ["exclude"]
    changed = rows["not evaluable"].cells[3]
    assert changed.inputs.rows == (("PR-2", "PR → NE"),)
    assert changed.text == "1; PR → NE: PR-2"


def test_one_row_a_patient_in_order_of_enrolment(analysis):
    (table,) = (one for one in build_efficacy_listings(analysis, DAYS) if one.number == "16.2.6.4")
    assert [row.patient for row in table.rows] == [m.patient_id for m in analysis.sets.members]
    heads = [column.head for column in table.columns]
    by_name = {row.patient: dict(zip(heads[1:], row.cells, strict=True)) for row in table.rows}
    assert by_name["NEW-5"]["Best response"].text == "PD"
    assert by_name["NEW-5"]["Best change"].text == "−60.0 %"
    assert by_name["CR-1"]["PFS, days"].text == "169+"
    assert by_name["PD-4"]["PFS, days"].text == "57"
    assert by_name["OUT-8"]["Not counted"].text == "enrolled, never treated"
    assert by_name["OUT-8"]["PFS, days"].text == "–"
    assert by_name["NE-6"]["Best change"].text == "–"
    assert by_name["NE-6"]["Best change"].numbers == ()


def test_times_count_events_and_reasons(tables):
    table = tables["14.2.3"]
    labels = [row.label for row in table.rows]
    events, censored = labels.index("Events, n (%)"), labels.index("Censored, n (%)")
    numbers = [row.cells[0].numbers if row.cells else () for row in table.rows]
    count = [one[0].value if one else None for one in numbers]
    kinds = dict(zip(labels[events + 1 : censored], count[events + 1 : censored], strict=True))
    assert {kind: n for kind, n in kinds.items() if n} == {"progression": 2, "death": 1}
    assert count[events] + count[censored] == count[labels.index("Patients counted")] == 7
    assert count[labels.index("no progression")] == 3
    assert labels.index("no progression") > censored


def test_the_worst_findings_come_first_and_accepted_errors_say_so(analysis):
    counts, listing = build_finding_tables(analysis, DAYS)
    severities = [row.label.removesuffix(", accepted") for row in listing.rows]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    first = listing.rows[0]
    assert (first.label, first.mark, first.patient) == ("error, accepted", "alert", "PR-2")
    assert not any("accepted" in row.label for row in listing.rows if row.mark != "alert")
    assert first.cells[0].text == "scans.csv, row 12, diameter mm"
    found = sum(row.cells[1].numbers[0].value for row in counts.rows)
    assert found == len(listing.rows) == len(analysis.findings)


def test_data_without_a_finding_say_so(analysis):
    for table in build_finding_tables(replace(analysis, findings=()), DAYS):
        assert table.rows == ()
        assert table.empty == "the reader and the checks found nothing to report"


def test_findings_about_the_record_are_sorted_by_severity(analysis):
    told = {"words": "RFA or MWA", "why": "two", "mend": "choose"}
    given = [
        SimpleNamespace(severity=word, id=f"rule.{number}", **told)
        for number, word in enumerate(("note", "error", "warning", "error"))
    ]
    table = build_record_table(analysis, given)
    assert [(row.label, row.cells[-1].text) for row in table.rows] == [
        ("error", "rule.1"), ("error", "rule.3"), ("warning", "rule.2"), ("note", "rule.0"),
    ]  # fmt: skip
    assert table.notes == ("Findings: 2 error, 1 warning, 1 note.",)
    assert build_record_table(analysis, ()).empty.startswith("no finding about a registry record")


def test_every_time_to_event_is_in_words_with_how_it_was_counted(analysis, tables):
    for result in analysis.timed:
        assert explain_endpoint(result.key, analysis.study), result.key
    listed = next(
        one for one in build_efficacy_listings(analysis, DAYS) if one.number == "16.2.6.5"
    )
    for result in analysis.timed:
        rows = [row for row in listed.rows if row.cells[0].text.startswith(result.key)]
        assert {row.patient for row in rows} >= {one.patient_id for one in result.times}
    incidences = tables["14.2.11"]
    place = [column.head for column in incidences.columns].index(
        "Time to progression, death competing (TTP)"
    ) - 1
    rows = {row.label: row.cells[place] for row in incidences.rows if row.cells}
    assert "Median" not in rows
    assert rows["Competing events, n (%)"].numbers[0].value == 1
    labels = [row.label for row in incidences.rows]
    assert labels[labels.index("Cumulative incidence of the event, % (95 % CI)") + 1] == "3 months"
    duration = {row.label: row for row in tables["14.2.2"].rows}
    assert duration["no response: best response SD"].cells[0].numbers[0].value >= 1


def test_a_trial_under_way_says_where_it_stands():
    numbers = {"first_stage_patients": 5, "first_stage_bound": 0, "planned_patients": 12}
    changes = {f"design__{name}": value for name, value in numbers.items()}
    analysis = make_analysis(study=make_study(**changes, design__final_bound=4))
    sections = build_efficacy_sections(analysis, read_beside(analysis), DAYS, {})
    (decision,) = (one for one in sections[0].blocks if getattr(one, "key", "") == "decision")
    (picture,) = (one for one in decision.blocks if isinstance(one, Figure))
    said = [one.text for one in decision.blocks if isinstance(one, Paragraph)]
    assert said[0].startswith("Responders: 2 of 6 patients evaluated, 1 pending")
    assert any("success has chance 1.6 %" in sentence for sentence in said)
    assert picture.caption.endswith("Band: 1 of them may still respond.")
    assert "responders: 2 of 7 patients, 1 pending (band)" in svg_of(picture)
    (table,) = build_design_table(analysis)
    assert [(row.label, row.cells[0].text) for row in table.rows] == [("chosen", "0/5 4/12")]
    assert any("at least 3 of 5, 5 of 10 or 6 of 12 patients" in note for note in table.notes)


def test_a_trial_that_is_over_says_no_more_where_it_stands(analysis):
    sections = build_efficacy_sections(analysis, read_beside(analysis), DAYS, {})
    (decision,) = (one for one in sections[0].blocks if getattr(one, "key", "") == "decision")
    assert analysis.stage.outlook.standing != "under way"
    assert not any(isinstance(one, Paragraph) for one in decision.blocks)


def test_the_glance_and_the_table_of_the_decision_say_the_same(analysis, tables):
    decision, shown = build_decision(analysis, DAYS), by_label(tables["14.2.12"])
    for label, value in (*decision.properties, *decision.estimates):
        assert shown[label] == value
    assert (decision.rule, decision.final) == (shown["Rule"], shown["All patients"])
    assert [decision.caveat] == list(tables["14.2.12"].notes)


def test_the_glance_tells_the_follow_up_that_the_table_holds(analysis, tables):
    label = "Median follow-up, months (95 % CI), reverse Kaplan–Meier"
    (row,) = (one for one in tables["14.2.3"].rows if one.label == label)
    value = row.cells[1].text.partition(" ")[0]
    assert show_follow_up(analysis).startswith(f"{value} months (95 % CI ")
    assert show_follow_up(replace(analysis, follow_up=None)) == ""
