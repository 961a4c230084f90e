"""A team's own ways of counting: names and words that cannot be used."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from trialwright.study.counting import OwnCounting


def own(**fields):
    return OwnCounting(**({"name": "sap_5_3", "title": "a title", "basis": "SAP 5.3"} | fields))


@pytest.mark.parametrize("name", ["a", "sap_5_3", "no_gap", "x9"])
def test_a_plain_name_is_taken(name):
    assert own(name=name).name == name


@pytest.mark.parametrize("name", ["My Name", "1a", "é", "", "a-b", "a\n", "A", "_a"])
def test_another_name_is_refused_with_an_example(name):
    with pytest.raises(ValidationError, match="a letter first, such as sap_5_3"):
        own(name=name)


@pytest.mark.parametrize("field", ["title", "basis"])
@pytest.mark.parametrize("words", ["", "  "])
def test_title_and_basis_are_words(field, words):
    with pytest.raises(ValidationError, match="write it in words"):
        own(**{field: words})
