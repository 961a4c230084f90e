"""Sentences as data: both languages say the same with the same live values, and no number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.report.model import Cell, Number
from trialwright.report.words.sentences import Sentence, choose_sentences, places_of

ENGLISH, CHINESE = choose_sentences("en"), choose_sentences("zh")
NAMES_WITH_DIGITS = ("ICH E9(R1)",)
KEYS = sorted(ENGLISH.templates)


def patients(count: int) -> Cell:
    return Cell(str(count), (Number("patients", count),))


def test_both_languages_have_the_same_keys():
    assert ENGLISH.templates.keys() == CHINESE.templates.keys()


def test_both_languages_have_the_same_places():
    for key in KEYS:
        assert places_of(ENGLISH.templates[key]) == places_of(CHINESE.templates[key]), key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_number_stands_in_a_template(language):
    for key, template in choose_sentences(language).templates.items():
        text = template
        for name in NAMES_WITH_DIGITS:
            text = text.replace(name, "")
        assert not re.search(r"\d", text), key


def test_every_template_can_be_filled():
    for key in KEYS:
        for say in (ENGLISH, CHINESE):
            names = set(re.findall(r"\{([a-z_]+)", ENGLISH.templates[key] + say.templates[key]))
            told = say.say(key, **{name: patients(7) for name in names})
            assert not re.search(r"[{}|]", told.text), key
            assert len(told.values) >= len(places_of(say.templates[key])), key


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 patients were"), (1, "1 patient was"), (2, "2 patients were")],
)
def test_the_verb_goes_with_the_number(count, words):
    assert words in ENGLISH.say("flow.enrolled", enrolled=patients(count)).text


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        ENGLISH.say("flow.enrolled")


@pytest.mark.parametrize(
    ("items", "words"),
    [((), "none"), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_lists_are_joined_as_english_does(items, words):
    assert ENGLISH.list_of([Sentence(one) for one in items]).text == words


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_whatever_users_wrote_stands_in_the_sentence_as_it_is(names):
    items = [
        ENGLISH.say("harm.frequent_item", term=n, count=patients(3), rate=patients(5))
        for n in names
    ]
    paragraph = CHINESE.paragraph(
        [CHINESE.say("harm.frequent", frequent=patients(2), list=CHINESE.list_of(items))]
    )
    position = 0
    for _, cell in paragraph.values:
        position = paragraph.text.index(cell.text, position) + len(cell.text)
    assert [cell.text for _, cell in paragraph.values][::3] == names


def test_a_space_parts_chinese_from_latin():
    told = CHINESE.say(
        "flow.full_analysis", definition="x", analysed=patients(3), treated=patients(2)
    )
    assert "共 3 例" in told.text
    assert CHINESE.list_of([Sentence("甲"), Sentence("乙")]).text == "甲、乙"


def test_values_of_a_name_that_occurs_twice_are_numbered():
    one = ENGLISH.say("flow.enrolled", enrolled=patients(3))
    paragraph = ENGLISH.paragraph([one, one])
    assert [name for name, _ in paragraph.values] == [
        "flow.enrolled.enrolled",
        "flow.enrolled.enrolled 2",
    ]
