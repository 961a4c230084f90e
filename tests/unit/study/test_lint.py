"""Every lint rule and every gap against its own examples, and the worked record."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from trialwright.study import lint
from trialwright.study.ctgov_csv import record_from_row
from trialwright.study.gaps import find_gaps, read_gap_rules
from trialwright.study.lint import is_single_arm, lint_record, read_rules
from trialwright.study.model import Study
from trialwright.study.reading import read_record

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"
SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "registry"


def _record(**cells):
    return record_from_row(
        {name.replace("_", " "): cell for name, cell in cells.items()}, "example"
    )


def _ids(record):
    return [finding.id[:7] for finding in lint_record(record)]


@pytest.fixture(scope="module")
def record():
    return read_record(FIXTURES / "record.txt")


@pytest.mark.parametrize("rule", read_rules(), ids=lambda rule: rule.id)
def test_rule_fires_and_is_silent_on_its_examples(rule):
    assert rule.id in [f.id for f in lint_record(record_from_row(rule.fires, "fires"))]
    assert rule.id not in [f.id for f in lint_record(record_from_row(rule.silent, "silent"))]


def test_rules_are_named_once_and_explain_themselves():
    rules = read_rules()
    assert len({rule.id for rule in rules}) == len({rule.id[:7] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"REG-\d{3}(-[a-z0-9]+)+", rule.id)
        assert rule.severity in {"error", "warning", "note"}
        assert rule.why.endswith(".")
        assert rule.mend.endswith(".")


def test_the_worked_record(record):
    found = Counter(_ids(record))
    assert found == {
        "REG-001": 1,
        "REG-003": 1,
        "REG-004": 1,
        "REG-005": 1,
        "REG-006": 1,
        "REG-007": 1,
        "REG-009": 1,
        "REG-010": 1,
        "REG-011": 2,
        "REG-012": 1,
        "REG-013": 1,
        "REG-014": 1,
        "REG-015": 2,
        "REG-016": 1,
    }


def test_findings_quote_words_of_the_record(record):
    texts = " ".join(" ".join(text.split()) for _, text in record.texts())
    for finding in lint_record(record):
        quotes = re.findall(r'"([^"]+)"', finding.words)
        assert quotes
        for quote in quotes:
            assert quote.removeprefix("… ").removesuffix(" …") in texts


def test_drug_names_are_quoted_in_pairs(record):
    pairs = [f.words for f in lint_record(record) if f.id.startswith("REG-011")]
    assert pairs == [
        'title: "Regorafenib"; brief_summary: "Rigofenib"',
        'title: "Toripalimab"; brief_summary: "terepliumab"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Sorafenib after regorafenib, nivolumab after ipilimumab, cisplatin and carboplatin.",
        "Anlotinib or apatinib or alectinib, paclitaxel and docetaxel, palbociclib and ribociclib.",
        "The incidence is high; patients concerned accept a prescribed transcript concept.",
    ],
)
def test_different_drugs_and_ordinary_words_are_no_slips(text):
    assert "REG-011" not in _ids(_record(Brief_Summary=text))


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ("pembrolizamab", "pembrolizumab"),
        ("oxaliplaten", "oxaliplatin"),
        ("fruquentinib", "fruquintinib"),
        ("camrelizumb", "camrelizumab"),
    ],
)
def test_slips_with_the_right_ending_are_found(slip, name):
    found = _ids(_record(Study_Title=f"A study of {name}", Brief_Summary=f"{slip} is given."))
    assert ("REG-011" in found) == (slip[-3:] == name[-3:])


@pytest.mark.parametrize(
    ("cells", "single"),
    [
        ({"Study_Title": "Drug A in cancer"}, True),
        ({"Study_Title": "Drug A versus drug B"}, False),
        ({"Brief_Summary": "Patients are randomly assigned to A or B."}, False),
        ({"Brief_Summary": "Drug A or placebo is given."}, False),
        ({"Brief_Summary": "Rates are compared with a historical control."}, True),
        ({"Brief_Summary": "In a randomized trial drug A improved survival versus placebo."}, True),
        ({"Primary_Outcome_Measures": "OS, from randomization to death, 2 years"}, True),
        ({"Study_Design": "Allocation: NA|Intervention Model: SINGLE_GROUP"}, True),
        ({"Study_Design": "Allocation: RANDOMIZED|Intervention Model: PARALLEL"}, False),
        ({"Study_Type": "OBSERVATIONAL"}, False),
    ],
)
def test_single_arm(cells, single):
    assert is_single_arm(_record(**cells)) is single


def test_paraphrases_are_found_too():
    found = _ids(
        _record(
            Study_Title="Lenvatinib With Cryoablation in Liver Cancer",
            Brief_Summary="We evaluate the tolerability of lenvatinib. Lenvatanib is oral.",
            Interventions="DRUG: Lenvatinib|PROCEDURE: Cryoablation",
            Primary_Outcome_Measures="ORR, share of participants with remission, 18 months",
            Secondary_Outcome_Measures=(
                "OS, in weeks from the day of randomisation to death, 18 months|"
                "DCR, remission or stabilisation over some time, 18 months|"
                "PFS, first dose to progression or dying, 18 months|"
                "Time to tumour progression, first dose to progression, 18 months"
            ),
        )
    )
    expected = "001 003 004 005 006 007 009 010 011 013 014 015 016"
    assert set(found) == {f"REG-{number}" for number in expected.split()}


def test_a_careful_record_is_clean():
    careful = _record(
        Study_Title="Drug A in Melanoma",
        Brief_Summary="We assess the efficacy and safety of drug A.",
        Primary_Outcome_Measures=(
            "Objective response rate (ORR), Share of treated patients with a confirmed response "
            "by RECIST 1.1, 12 months"
        ),
        Secondary_Outcome_Measures=(
            "Overall survival (OS), First dose to death, 3 years|"
            "Progression-free survival (PFS), First dose to progression or death with patients "
            "censored at the last scan before a new anticancer therapy, 3 years|"
            "Disease control rate (DCR), Response or SD of 8 weeks or more, 12 months|"
            "Adverse events, Worst grade by CTCAE v5.0, 13 months"
        ),
    )
    assert lint_record(careful) == ()


@pytest.mark.parametrize(
    ("rule", "column", "words"),
    [
        ("REG-001", "Secondary Outcome Measures", "OS, from first dose to death, 2 years"),
        ("REG-002", "Eligibility Criteria", "No surgery in the last 4 weeks"),
        ("REG-003", "Primary Outcome Measures", "OS, to death, 2 years|PFS, to PD, 2 years"),
        ("REG-005", "Primary Outcome Measures", "ORR, CR or PR which were confirmed, 1 year"),
        ("REG-009", "Primary Outcome Measures", "DOR, until PD, 1 year|TTP, until PD, 1 year"),
        ("REG-010", "Brief Summary", "We assess the efficacy of drug A."),
        ("REG-013", "Primary Outcome Measures", "ORR, CR or PR, 1 year"),
        ("REG-013", "Interventions", "PROCEDURE: Microwave ablation"),
        ("REG-014", "Primary Outcome Measures", "OS, to death, 2 years|PFS, to PD, 2 years"),
    ],
)
def test_a_rule_is_silent_when_one_condition_is_missing(rule, column, words):
    assert rule not in _ids(record_from_row({column: words}, "example"))


def test_confirmation_may_be_said_elsewhere():
    said = _record(
        Brief_Summary="Responses must be confirmed by a second scan.",
        Primary_Outcome_Measures="ORR, CR or PR, 1 year",
    )
    assert "REG-005" not in _ids(said)


def test_an_unknown_condition_is_named_with_its_near_miss():
    with pytest.raises(ValueError, match="REG-999: no condition 'lack'; did you mean 'lacks'"):
        lint._when("REG-999", {"outcome": ["OS"], "lack": "death"})
    with pytest.raises(ValueError, match="no endpoint 'ORRR'; did you mean 'ORR'"):
        lint._when("REG-999", {"outcome": ["ORRR"]})


@pytest.mark.parametrize("rule", read_gap_rules(), ids=lambda rule: rule.gap.id)
def test_gap_is_open_and_closed_on_its_examples(rule):
    assert rule.gap in find_gaps(record_from_row(rule.open_record, "open"))
    assert rule.gap not in find_gaps(record_from_row(rule.closed_record, "closed"))


@pytest.mark.parametrize("rule", read_gap_rules(), ids=lambda rule: rule.gap.id)
def test_gap_names_a_field_of_the_study_file(rule):
    section, _, name = rule.gap.field.partition(".")
    part = Study.model_fields[section].annotation
    models = [model for model in (part, *get_args(part)) if hasattr(model, "model_fields")]
    assert not name or name in models[0].model_fields


def test_gaps_of_the_worked_record(record):
    assert [gap.field for gap in find_gaps(record)] == [rule.gap.field for rule in read_gap_rules()]


def test_a_gap_closes_when_the_record_says_it(record):
    said = replace(
        record, nct_id="NCT99999999", enrolment=45, brief_summary="Response by RECIST 1.1."
    )
    closed = {gap.field for gap in find_gaps(record)} - {gap.field for gap in find_gaps(said)}
    assert closed == {
        "identity.registration_number",
        "design.planned_patients",
        "response.criteria",
    }


def test_ablation_is_asked_of_trials_with_ablation_alone(record):
    drugs_alone = replace(record, title="Drug A", interventions=record.interventions[1:])
    assert not [gap for gap in find_gaps(drugs_alone) if "ablat" in gap.field]


def test_myeloablation_is_no_ablation():
    record = _record(Study_Title="Myeloablative therapy", Interventions="PROCEDURE: Myeloablation")
    assert not [gap for gap in find_gaps(record) if "ablat" in gap.field]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("aact_NCT04207047.json", []),
        ("aact_NCT05594173.json", []),
        ("aact_NCT06171568.json", []),
        ("ctrdata_NCT00567567.json", []),
        ("ctrdata_NCT03275402.json", ["REG-010"]),  # efficacy and safety, and OS alone
    ],
)
def test_rules_are_quiet_where_they_do_not_apply(name, rules):
    if not SHARED.is_dir():
        pytest.skip(f"no shared registry records in {SHARED}")
    assert _ids(read_record(SHARED / name)) == rules
