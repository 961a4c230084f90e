from __future__ import annotations

import re
from itertools import pairwise

import pytest

from trialwright.report.sum_chart import build_sum_chart


@pytest.fixture(scope="module")
def charts(analysis):
    return {one.patient_id: build_sum_chart(one) for one in analysis.responses}


def test_only_patients_with_two_sums_are_drawn(charts):
    drawn = {name for name, chart in charts.items() if chart is not None}
    assert drawn == {"CR-1", "PR-2", "SD-3", "PD-4", "NEW-5"}


def test_everything_lies_inside_the_drawing(charts):
    for chart in filter(None, charts.values()):
        for mark in chart.marks:
            assert chart.left <= mark.x <= chart.right
            assert chart.top <= mark.y <= chart.bottom
        for level in chart.levels:
            heights = [float(y) for y in re.findall(r"[V,](-?[\d.]+)", level.path)]
            assert all(chart.top <= y <= chart.bottom for y in heights), level
            assert 0 < level.label_y < chart.height


def test_labels_do_not_lie_on_each_other(charts):
    for chart in filter(None, charts.values()):
        places = sorted(level.label_y for level in chart.levels)
        assert all(b - a >= 11.9 for a, b in pairwise(places))


def test_a_sum_that_is_not_complete_breaks_the_line(charts):
    chart = charts["SD-3"]
    assert len(chart.marks) == 3
    assert [len(line.split()) for line in chart.lines] == [3]


def test_scans_after_progression_are_drawn_apart(charts):
    chart = charts["NEW-5"]
    assert [mark.counted for mark in chart.marks] == [True, True, False]
    assert [mark.new_lesion for mark in chart.marks] == [False, True, True]
    assert [len(line.split()) for line in (*chart.lines, *chart.lines_after)] == [2, 2]


def test_levels_quote_the_thresholds_of_the_rules(charts):
    words = [level.words for level in charts["PR-2"].levels]
    assert "PD: +20 % and +5 mm over the nadir" in charts["PR-2"].note
    assert words == ["baseline 40", "−30 % of baseline", "+20 % of nadir", "lowest 20"]


def test_the_description_reads_the_sums_aloud(charts):
    assert charts["PR-2"].description.endswith("baseline 40, week 8 25, week 16 20, week 24 22")
