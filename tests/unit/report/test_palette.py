"""Colours must be told apart, and text upon them read."""

from __future__ import annotations

from itertools import combinations

import pytest

from trialwright.report.palette import SHADES, css_class
from trialwright.response import Response

WHITE = "#ffffff"


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("response", list(Response))
def test_text_on_a_badge_is_readable(response):
    assert contrast(SHADES[response].fill, SHADES[response].text) >= 4.5


@pytest.mark.parametrize("response", list(Response))
def test_a_line_stands_out_from_the_paper(response):
    assert contrast(SHADES[response].line, WHITE) >= 3


def test_no_two_responses_look_alike():
    looks = [(shade.fill, shade.hatch) for shade in SHADES.values()]
    assert len(set(looks)) == len(Response)
    assert len({css_class(response) for response in Response}) == len(Response)


def test_lines_of_the_common_responses_differ_without_colour():
    common = (Response.PR, Response.SD, Response.PD, Response.NE)
    for one, other in combinations(common, 2):
        assert SHADES[one].dashes != SHADES[other].dashes
