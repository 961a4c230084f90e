"""Characters that no format holds are seen as their codes; all others stay as they are."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_document import CHINESE, HOSTILE
from trialwright.report.writers.characters import show_controls


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_what_is_shown_can_be_written(text):
    shown = show_controls(text)
    assert shown.encode().decode() == shown  # no lone surrogate
    assert not {letter for letter in shown if unicodedata.category(letter) == "Cc"} - {"\n", "\t"}
    assert json.loads(json.dumps(shown)) == shown
    assert show_controls(shown) == shown


@pytest.mark.parametrize("text", ["", CHINESE, HOSTILE, "a\tb\nc", "e\u0301 😀 −30.0 %"])
def test_readable_text_stays(text):
    assert show_controls(text) == text


def test_controls_are_seen():
    assert show_controls("a\x00b\r\nc\ud800") == "a<U+0000>b\nc<U+D800>"
