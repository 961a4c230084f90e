"""Displays follow the study file: without ablation nothing tells of one; which criteria count."""

from __future__ import annotations

import pytest
from peopled_trial import analyse_both, peopled_dataset
from small_trial import make_study

from trialwright.report import build_document
from trialwright.report.model import Section, Table


@pytest.fixture(scope="module")
def document():
    data = peopled_dataset(drop=("ablations",))
    study = make_study().model_copy(update={"ablation": None})
    return build_document(*analyse_both(data, study))


def test_no_table_and_no_section_is_called_after_ablation(document):
    titles = [one.title for section in document.sections for one in (section, *section.walk())
              if isinstance(one, (Section, Table))]  # fmt: skip
    assert titles
    assert not [title for title in titles if "blat" in title]


def test_no_analysis_set_and_no_column_is_of_ablation(document):
    tables = [document.table(number) for number in ("14.1.2", "14.1.4", "16.2.3")]
    words = [
        text
        for one in tables
        for text in (*one.notes, *(row.label for row in one.rows))
        if not text.startswith("Safety set:")  # what the set is, in any study
    ]
    assert words
    assert not [text for text in words if "blat" in text]


def test_a_study_that_plans_one_has_them():
    document = build_document(*analyse_both(peopled_dataset()))
    labels = [row.label for row in document.table("14.1.2").rows]
    assert "Ablation safety set" in labels


def test_irecist_is_exploratory_only_where_no_endpoint_counts_it():
    notes = []
    for criteria in ("RECIST 1.1", "iRECIST"):
        study = make_study(response__immune_criteria="iRECIST", endpoints__criteria=criteria)
        document = build_document(*analyse_both(peopled_dataset(), study))
        notes.append(document.table("14.2.8").notes[0])
    assert notes[0].endswith("iRECIST is exploratory.")
    assert notes[1].endswith("endpoints count iRECIST.")
