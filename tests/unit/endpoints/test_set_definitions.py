"""What the definition of a set says, and the sets that the data or the study leave untold.

Source: ``shared/reference/domain.md`` §5.4; ``docs/decisions/015-analysis-sets.md``.
"""

from __future__ import annotations

import pytest

from trialwright.endpoints import derive_analysis_sets
from trialwright.study import Study
from written_trial import Trial, reason, treated

# --- The words of a definition


def test_the_definition_says_how_time_and_open_rows_count(crclm_study):
    words = treated().sets(crclm_study).named("per_protocol").definition
    assert "at least 50 % of the planned dose" in words
    assert "to the last contact where no end is recorded" in words
    assert "a dose row without an end counts the planned days only" in words


def test_deviations_that_were_not_collected_are_named(crclm_study):
    words = "deviations were not collected"
    assert words not in treated().sets(crclm_study).named("per_protocol").definition
    found = treated().sets(crclm_study, "deviations").named("per_protocol")
    assert words in found.definition
    assert found.patients == ("A",)


def test_no_number_of_drugs_is_presumed(crclm_study):
    words = treated().sets(crclm_study).named("safety").definition
    assert words.startswith("a dose of any study drug")


# --- Sets that cannot be told


def gap(study, path):
    section, name = path.split(".")
    content = study.model_dump(exclude_none=True)
    content[section][name] = {"origin": "gap", "needed": "ask"}
    return Study.model_validate(content)


@pytest.mark.parametrize(
    ("without", "not_derived"),
    [
        (("doses",), {"per_protocol": "the data hold no doses"}),
        (
            ("dispositions",),
            {"per_protocol": "the data hold no dispositions, so no end of treatment"},
        ),
        (
            ("ablations",),
            {
                "ablation_safety": "the data hold no ablations",
                "per_protocol": "the data hold no ablations",
            },
        ),
    ],
)
def test_a_table_that_was_not_collected_leaves_a_set_untold(crclm_study, without, not_derived):
    sets = treated().sets(crclm_study, *without)
    assert {one.name: one.not_derived for one in sets.sets if one.not_derived} == not_derived
    for name in not_derived:
        assert (sets.named(name).patients, sets.named(name).excluded) == ((), ())


def test_an_empty_table_is_no_table_that_was_not_collected(crclm_study):
    sets = Trial().enrol().dose("Regorafenib", 0, 20, 80).sets(crclm_study)
    assert reason(sets, "ablation_safety") == "no planned ablation was attempted"


def test_the_open_percentage_is_named(crclm_study):
    study = gap(crclm_study, "analysis_sets.per_protocol_dose_percent")
    found = treated().sets(study).named("per_protocol")
    assert found.not_derived == (
        "analysis_sets.per_protocol_dose_percent is still open in the study file"
    )
    assert "at least OPEN % of the planned dose" in found.definition


@pytest.mark.parametrize("field", ["name", "dose_mg", "cycle_days", "days_given"])
def test_the_open_plan_of_a_drug_is_named(crclm_study, field):
    content = crclm_study.model_dump(exclude_none=True)
    content["treatments"][1][field] = {"origin": "gap", "needed": "ask"}
    found = treated().sets(Study.model_validate(content)).named("per_protocol")
    assert found.not_derived == "the planned dose of a drug is still open in the study file"


def test_without_the_scans_the_evaluable_are_not_told(crclm_study):
    sets = derive_analysis_sets(treated().dataset(), crclm_study)
    assert sets.named("response_evaluable").not_derived == "the scans were not read"
    assert "A" in sets.named("per_protocol")
