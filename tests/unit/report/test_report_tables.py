"""Display rows: every number comes from the analysis, and nobody is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import get_args

import pytest
from small_trial import DEFAULTS, GAPS, VALUES, make_analysis, make_dataset, make_study

from trialwright.analysis import analyse, recount
from trialwright.report.boundary import build_design
from trialwright.report.choices import build_choices
from trialwright.report.drawing import svg_of
from trialwright.report.findings import build_data_findings, count_severities, sort_record_findings
from trialwright.report.flow import build_flow
from trialwright.report.formats import Days
from trialwright.report.glance import (
    build_decision,
    build_endpoints,
    build_head,
    build_tiles,
    say_intervals,
)
from trialwright.report.how_counted import explain_endpoint
from trialwright.report.anchors import build_anchors
from trialwright.report.patients import build_patient_pages
from trialwright.report.responses import build_best_responses, build_patient_rows, build_policies
from trialwright.report.survival import build_survival_rows
from trialwright.stats.two_stage import Attained, TwoStagePlan, infer_after_two_stages
from trialwright.study.counting import FIELDS, Counting
from trialwright.study.model import Study


@pytest.fixture(scope="module")
def pages(analysis):
    built = build_patient_pages(analysis, build_anchors(analysis), Days())
    return {page.patient: page for page in built}


def test_the_head_says_what_is_not_stated_and_that_patients_are_simulated(analysis):
    head = build_head(analysis)
    assert head.registration_number == "not stated"
    assert head.simulated
    assert head.patients == 8


def test_real_data_carry_no_banner():
    assert not build_head(make_analysis(dataset=make_dataset(source="folder x"))).simulated


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


def test_patients_who_may_still_respond_are_named_as_such(analysis, pages):
    rows = {row.key: row for row in build_endpoints(analysis)}
    assert rows["ORR"].how.endswith("; 1 may still respond and count as no response so far")
    lines = {line.key: line for line in pages["SD-3"].endpoints}
    assert lines["ORR"].result == "not yet"
    assert {line.key: line for line in pages["NE-6"].endpoints}["ORR"].result == "no"


def test_tiles_leave_the_sensitivity_reading_to_the_table(analysis):
    labels = [tile.label for tile in build_tiles(analysis)]
    assert labels == [
        "Objective response rate, confirmed",
        "Disease control rate",
        "Median progression-free survival",
        "Median overall survival",
    ]


def test_the_decision_carries_exact_error_rates_and_a_caveat(analysis):
    decision = build_decision(analysis)
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
            "The estimates above take it into account.",
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
    decision = build_decision(ended)
    labels = [label for label, _ in decision.estimates]
    assert all(any(label.startswith(word) for label in labels) for word in said)
    assert decision.caveat.endswith(caveat)
    if found.state == "estimated":
        shown = dict(decision.estimates)
        assert shown["Response rate, UMVUE"] == f"{100 * found.estimate:.1f} %"
        assert shown[said[1]] == f"{100 * found.low:.1f} to {100 * found.high:.1f} %"


def test_the_methods_of_the_intervals_are_named(analysis):
    assert say_intervals(analysis).startswith(
        "Intervals: rates Clopper-Pearson; times, Kaplan–Meier on the scale log-log; "
    )
    wilson = make_analysis(make_study(statistics__proportion_interval="wilson"))
    assert "rates Wilson;" in say_intervals(wilson)


def test_a_descriptive_trial_has_no_decision():
    assert build_decision(make_analysis(make_study(design__kind="descriptive"))) is None


@pytest.mark.parametrize(
    ("path", "value", "key", "words"),
    [
        ("response__confirmation_required", False, "ORR", "no confirmation asked for"),
        ("response__confirmation_required", True, "ORR", "confirmed at least 28 days later"),
        ("response__confirmation_required", True, "ORR unconfirmed", "no confirmation asked for"),
        ("response__confirmation_required", False, "ORR confirmed", "at least 28 days later"),
        ("response__planned_ablation", "carry_forward", "ORR", "planned ablation: carry forward"),
        ("endpoints__disease_control_minimum_days", 84, "DCR", "day 84"),
        ("times__new_anticancer_therapy", "treatment_policy", "PFS", "therapy is ignored"),
        ("times__missed_before_death", 2, "PFS", "a death after at most 2 missed"),
        ("times__missed_before_progression", -1, "PFS", "a progression counts after any number"),
        ("endpoints__time_origin", "enrolment", "TTP", "enrolment to progression"),
        ("endpoints__duration_of_response_ends_at_death", False, "DOR", "to progression;"),
        ("endpoints__overall_survival_origin", "enrolment", "OS", "enrolment to death"),
        ("response__confirmation_required", True, "ORR per protocol", "the per protocol set alone"),
        ("response__confirmation_required", True, "ORR response evaluable", "at least 28 days"),
        ("endpoints__disease_control_minimum_days", 49, "DCR day 84", "on day 84 or later"),
        ("endpoints__time_origin", "enrolment", "DSD", "stable only: enrolment to progression"),
        ("endpoints__time_origin", "enrolment", "TTP competing", "a competing event"),
    ],
)
def test_how_an_endpoint_was_counted_follows_the_study(path, value, key, words):
    assert words in explain_endpoint(key, make_study(**{path: value}))


@pytest.mark.parametrize("key", ["PFS", "TTP", "TTP competing", "DOR", "DSD"])
@pytest.mark.parametrize(
    ("counting", "words"),
    [
        ("study", ("therapy censors", "an event after more than 1 missed in a row")),
        ("ema", ("therapy is ignored", "after any number of missed assessments")),
        (
            "fda_a",
            (
                "local therapy outside the protocol censors",
                "stop of treatment censors",
                "clinical progression censors unless a later scan documents it",
                "the last assessment of measured lesions",
                "without a baseline censored at the start",
            ),
        ),
        ("fda_c", ("clinical progression is an event", "dated at its planned visit")),
        ("admiral", ("the last assessment, evaluable or not",)),
        ("record", ("; censored 24 months after the first treatment",)),
    ],
)
def test_how_a_time_was_counted_follows_the_counting(key, counting, words):
    told = explain_endpoint(key, make_study(), counting)
    assert all(each in told for each in words)


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "missed_counted_by"])
def test_every_choice_of_the_times_has_words_of_its_own(field):
    choices = get_args(Counting.model_fields[field].annotation) or (-1, 0, 1, 2)
    told = {
        explain_endpoint("PFS", make_study(**{f"times__{field}": choice})) for choice in choices
    }
    assert len(told) == len(choices)


@pytest.mark.parametrize("key", ["OS", "TOT", "LTPFS", "LTPFS per lesion", "TTLP"])
def test_the_horizon_is_told_of_every_time_that_it_censors(key):
    horizon = "; censored 24 months after the first treatment"
    assert explain_endpoint(key, make_study(), "record").endswith(horizon)
    assert "months" not in explain_endpoint(key, make_study(), "ema")


def test_a_report_of_another_counting_describes_that_one(analysis):
    for one in (recount(analysis, "ema"), analyse(make_dataset(), make_study(), counting="ema")):
        how = {row.key: row.how for row in build_endpoints(one)}
        assert "therapy is ignored" in how["PFS"]
        assert "any number of missed" in how["DOR"]
    assert "therapy censors" in {row.key: row.how for row in build_endpoints(analysis)}["PFS"]


def test_every_stated_field_appears_once_with_gaps_and_assumptions_apart():
    study = make_study()
    choices = build_choices(study)
    rest = [row for section in choices.sections for row in section.rows]
    shown = [*choices.gaps, *choices.assumptions, *rest]
    assert sorted(row.path for row in shown) == sorted(path for path, *_ in study.stated_fields())
    assert [row.path for row in choices.gaps] == [path for path, _ in study.gaps()]
    assert {row.origin for row in choices.assumptions} == {"assumption"}
    assert {row.origin for row in rest} == {"record", "default"}
    assert dict(choices.counts) == {
        "record": 1,
        "default": len(DEFAULTS),
        "assumption": len(VALUES) - len(DEFAULTS) - 1,
        "gap": len(GAPS),
    }


def test_the_fields_of_a_drug_name_it():
    settled = {"origin": "assumption", "basis": "test"}
    drug = {
        "name": {"value": "toripalimab", **settled},
        "dose_mg": {"value": 240.0, **settled},
        "cycle_days": {"value": 21, **settled},
        "days_given": {"value": 1, **settled},
        "dose_levels_mg": {"value": [], **settled},
        "dose_rules": {"value": "none", **settled},
    }
    study = Study.model_validate(
        make_study().model_dump(exclude_none=True) | {"treatments": [drug]}
    )
    rows = {row.path: row for row in build_choices(study).assumptions}
    assert rows["treatments[0].dose_mg"].meaning.startswith("toripalimab: Dose")
    assert rows["design.kind"].meaning.startswith("two_stage")


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


def test_best_responses_add_up_to_the_efficacy_set(analysis):
    rows = {row.badge.label: row.count for row in build_best_responses(analysis)}
    assert rows == {
        "CR": "1 (14.3 %)",
        "PR": "1 (14.3 %)",
        "SD": "1 (14.3 %)",
        "Non-CR/Non-PD": "0 (0.0 %)",
        "PD": "2 (28.6 %)",
        "NE": "2 (28.6 %)",
    }


def test_the_sensitivity_table_names_the_patients_that_change(analysis):
    rows = {row.policy: row for row in build_policies(analysis)}
    assert rows["exclude"].primary
    assert rows["not evaluable"].changed == (("PR-2", "PR", "NE"),)
    assert not any(row.primary for name, row in rows.items() if name != "exclude")


def test_one_row_a_patient_in_order_of_enrolment(analysis):
    rows = build_patient_rows(analysis, Days())
    assert [row.patient for row in rows] == [m.patient_id for m in analysis.sets.members]
    by_name = {row.patient: row for row in rows}
    assert by_name["NEW-5"].best.label == "PD"
    assert by_name["NEW-5"].change == "−60.0 %"
    assert by_name["CR-1"].progression_days == "169+"
    assert by_name["PD-4"].progression_days == "57"
    assert by_name["OUT-8"].excluded == "enrolled, never treated"
    assert by_name["OUT-8"].progression == "–"
    assert by_name["NE-6"].change_order == float("inf")


def test_survival_rows_count_events_and_reasons(analysis):
    rows = {row.key: row for row in build_survival_rows(analysis)}
    assert rows["PFS"].events == (("progression", 2), ("death", 1))
    assert rows["PFS"].event_count + rows["PFS"].censored_count == rows["PFS"].n
    assert rows["PFS"].censored[0] == ("no progression", 3)


def test_the_worst_findings_come_first_and_accepted_errors_say_so(analysis):
    found = build_data_findings(analysis, Days())
    severities = [row.severity for row in found.rows]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    first = found.rows[0]
    assert first.accepted
    assert not any(row.accepted for row in found.rows if row.severity != "error")
    assert first.place == "scans.csv, row 12, diameter mm"
    assert sum(count for *_, count in found.counts) == len(analysis.findings)


def test_findings_about_the_record_are_sorted_by_severity():
    given = [SimpleNamespace(severity=word) for word in ("note", "error", "warning", "error")]
    counts = count_severities(sort_record_findings(given))
    assert counts == (("error", 2), ("warning", 1), ("note", 1))
    assert [one.severity for one in sort_record_findings(given)] == [
        "error", "error", "warning", "note",
    ]  # fmt: skip


def test_a_patient_page_shows_what_was_recorded(pages):
    table = pages["PR-2"].table
    assert [visit.name for visit in table.visits] == ["baseline", "week 8", "week 16", "week 24"]
    rows = {row.lesion: row for row in table.lesions}
    assert [cell.text for cell in rows["T1"].cells] == ["40", "25", "20", "22"]
    assert rows["T2"].ablated == "RFA 2025-03-21"
    assert (rows["T1"].left_out, rows["T2"].left_out) == (False, True)
    assert "not counted" in rows["T2"].note
    assert all(cell.note == "" for cell in rows["T2"].cells)
    summary = {row.label: [cell.text for cell in row.cells] for row in table.summary}
    assert summary["Sum of targets, mm"] == ["40", "25", "20", "22"]
    assert summary["Change from baseline"] == ["–", "−37.5 %", "−50.0 %", "−45.0 %"]
    assert summary["Nadir before, mm"] == ["–", "40", "25", "20"]
    assert summary["Change from nadir"] == ["–", "−37.5 %", "−20.0 %", "+10.0 %"]
    assert summary["Overall"] == ["–", "PR", "PR", "PR"]


def test_a_size_that_counts_otherwise_says_what_it_counts(pages):
    rows = {row.lesion: row for row in pages["SD-3"].table.lesions}
    cell = rows["T2"].cells[2]
    assert (cell.text, cell.note) == ("too small", "counts 5")
    assert "unread" in rows["T1"].cells[3].css
    sums = next(row for row in pages["SD-3"].table.summary if row.label.startswith("Sum"))
    assert (sums.cells[3].text, sums.cells[3].note) == ("NE", "read: 14")


def test_scans_after_progression_are_marked_as_not_counted(pages):
    page = pages["NEW-5"]
    assert [visit.counted for visit in page.table.visits] == [True, True, False]
    assert [reason.counted for reason in page.reasons] == [True, True, False]
    assert page.reasons[1].badge.label == "PD"
    assert page.reasons[1].sentence.startswith("new lesion N1; ")
    assert page.table.lesions[1].cells[0].text == "–"
    new = next(row for row in page.table.summary if row.label == "New lesions")
    assert [cell.text for cell in new.cells] == ["–", "N1", "N1"]


def test_a_patient_without_baseline_still_shows_the_scans(pages):
    page = pages["LATE-7"]
    assert page.table is None
    assert page.chart is None
    assert page.recorded == (
        ("week 8", "2025-05-02", "T1", "25 mm"),
        ("week 16", "2025-06-27", "T1", "24 mm"),
    )


def test_the_facts_of_a_patient(pages):
    facts = dict(pages["PD-4"].facts)
    assert facts["Patient"] == "female"
    assert facts["New anticancer therapy"] == "2025-06-09: chemotherapy"
    assert facts["Death"] == "2025-09-17"
    assert dict(pages["OUT-8"].facts)["First treatment"] == "none recorded"
    assert (
        dict(pages["PR-2"].facts)["RFA of T2"]
        == "2025-03-21, planned, zone as planned, margin 5 mm"
    )


def test_every_endpoint_of_a_patient_has_a_reason(pages):
    lines = {line.key: line for line in pages["PD-4"].endpoints}
    assert lines["PFS"].result == "57 days, event"
    assert lines["PFS"].source == "measurements, week 8"
    assert lines["ORR"].result == "no"
    assert (lines["DOR"].result, lines["DOR"].ended) == ("not counted", "–")
    assert pages["OUT-8"].endpoints == ()


def test_every_time_to_event_is_in_words_with_how_it_was_counted(analysis):
    for result in analysis.timed:
        assert explain_endpoint(result.key, analysis.study), result.key
    rows = {row.key: row for row in build_survival_rows(analysis)}
    assert list(rows) == [result.key for result in analysis.timed]
    competing = rows["TTP competing"]
    assert competing.median == ""
    assert competing.landmarks[0][0] == "by 3 months"
    assert sum(count for _, count in competing.competing) == 1
    assert dict(rows["TTR"].not_counted)["no response: best response SD"] >= 1


def test_a_trial_under_way_says_where_it_stands():
    numbers = {"first_stage_patients": 5, "first_stage_bound": 0, "planned_patients": 12}
    changes = {f"design__{name}": value for name, value in numbers.items()}
    section = build_design(make_analysis(study=make_study(**changes, design__final_bound=4)))
    assert section.outlook[0].startswith("Responders: 2 of 6 patients evaluated, 1 pending")
    assert any("success has chance 1.6 %" in sentence for sentence in section.outlook)
    assert section.picture.caption.endswith("Band: 1 of them may still respond.")
    assert "responders: 2 of 7 patients, 1 pending (band)" in svg_of(section.picture)
    assert [(row.role, row.design) for row in section.rows] == [("chosen", "0/5 4/12")]
    assert "at least 3 of 5, 5 of 10 or 6 of 12 patients" in section.toxicity


def test_a_descriptive_study_has_no_boundaries():
    assert build_design(make_analysis(study=make_study(design__kind="descriptive"))) is None
