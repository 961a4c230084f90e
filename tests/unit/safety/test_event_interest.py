"""Groups of special interest: they exist, and hold the terms they should."""

from __future__ import annotations

import pytest

from event_trials import ablation, event, trial
from trialwright.errors import StudyError
from trialwright.safety.events import derive_events
from trialwright.safety.special_interest import choose_groups, plain_term, read_groups


def test_the_groups_of_the_worked_study_exist(crclm_study):
    chosen = choose_groups(crclm_study)
    assert [one.name for one in chosen] == list(crclm_study.safety.special_interest.require())
    assert set(read_groups()) == {one.name for one in chosen}


def test_a_group_that_does_not_exist_is_refused(crclm_study, settle):
    near = settle(crclm_study, safety__special_interest=("hemorrhage",))
    with pytest.raises(StudyError, match="did you mean 'haemorrhage'"):
        choose_groups(near)
    far = settle(crclm_study, safety__special_interest=("xyz",))
    with pytest.raises(StudyError, match="choose from hand-foot skin reaction, hypertension"):
        derive_events(trial(event()), far)


def test_terms_are_written_once_and_as_they_are_compared():
    for group in read_groups().values():
        assert group.source
        assert group.terms == {plain_term(term) for term in group.terms}
        assert len(group.terms) > 1


@pytest.mark.parametrize(
    ("term", "group"),
    [
        ("Palmar-plantar erythrodysaesthesia syndrome", "hand-foot skin reaction"),
        ("PALMAR-PLANTAR  ERYTHRODYSESTHESIA SYNDROME", "hand-foot skin reaction"),
        ("Hypertension", "hypertension"),
        ("Alanine aminotransferase increased", "liver"),
        ("Epistaxis", "haemorrhage"),
        ("Gastrointestinal hemorrhage", "haemorrhage"),
        ("Intestinal perforation", "perforation or fistula"),
        ("Portal vein thrombosis", "thromboembolism"),
        ("Reversible posterior leukoencephalopathy syndrome", "leukoencephalopathy"),
        ("Stevens-Johnson syndrome", "severe skin reaction"),
        ("Proteinuria", "proteinuria"),
        ("Hypophosphatemia", "hypophosphataemia"),
    ],
)
def test_a_term_is_in_its_group(crclm_study, term, group):
    row = derive_events(trial(event(term=term)), crclm_study).row(0, named=True)
    assert row["special_interest"] == [group]


def groups_of(study, **columns):
    data = trial(event(20, **columns), ablations=[ablation(15)])
    return derive_events(data, study)["special_interest"].to_list()[0]


def test_the_immune_group_asks_for_the_mark_and_for_no_term(crclm_study):
    assert groups_of(crclm_study, term="Pneumonitis") == []
    assert groups_of(crclm_study, term="Pneumonitis", immune_related=True) == ["immune-related"]
    assert groups_of(crclm_study, term="Ataxia", immune_related=True) == ["immune-related"]


def test_the_ablation_group_asks_for_the_attribution(crclm_study):
    assert groups_of(crclm_study, term="Liver abscess") == []
    assert groups_of(crclm_study, term="Liver abscess", related_to="RFA") == ["ablation"]
    assert groups_of(crclm_study, term="Fatigue", related_to="RFA") == []


def test_every_simulated_event_has_the_group_of_its_kind():
    from trialwright.simulate.scenario_file import read_harm

    groups, harm = read_groups(), read_harm("_harm")
    for model in harm.ablation_events:
        assert plain_term(model.term) in groups["ablation"].terms
    for model in harm.adverse_events:
        if model.kind == "immune-related":
            assert plain_term(model.term) in groups["immune-related"].terms
