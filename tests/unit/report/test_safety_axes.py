"""Axes and names of the safety figures: no day 0, plain log ticks, no two names on each other."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from trialwright.report.drawing import drawing_settings, place_axes
from trialwright.report.safety.axes import log_ticks, place_of_day, say_names, set_study_days
from trialwright.report.safety.names import mark_box, name_points


def make_axes(size=(4, 3)):
    from matplotlib.figure import Figure

    figure = Figure(figsize=size)
    return place_axes(figure, (0.5, 0.2, 0.5, 0.2))


@given(st.integers(-2000, 2000).filter(bool))
def test_days_keep_their_order_without_a_gap_at_zero(day):
    following = day + 1 or 1
    assert place_of_day(following) - place_of_day(day) == 1


@pytest.mark.parametrize(
    ("first", "last"), [(1, 1), (-27, 30), (0, 200), (-400, 3000), (1, 40_000)]
)
def test_ticks_start_at_day_one_and_never_show_day_zero(first, last):
    axes = make_axes()
    set_study_days(axes, first, last)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert "1" in labels
    assert "0" not in labels
    assert 2 <= len(labels) <= 14
    low, high = axes.get_xlim()
    assert low <= first
    assert high >= last


@given(st.floats(-3, 3), st.floats(0.05, 4))
def test_log_ticks_lie_within_and_ascend(low, decades):
    ticks = log_ticks(10**low, 10 ** (low + decades))
    assert all(10**low <= tick <= 10 ** (low + decades) for tick in ticks)
    assert all(one < other for one, other in pairwise(ticks))
    assert len(ticks) <= 10
    if decades >= 1:
        assert ticks


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.text("abcP-019", min_size=1, max_size=25), st.floats(0, 1), st.floats(0, 1)),
        max_size=15,
    )
)
def test_no_name_stands_on_another_or_on_a_mark_or_outside(drawn):
    with drawing_settings():
        axes = make_axes()
        points = [(x, y) for _, x, y in drawn]
        marks = [mark_box(axes, point) for point in points]
        named = list(zip((name for name, _, _ in drawn), points, strict=True))
        homeless = name_points(axes, named, marks)
        canvas = FigureCanvasAgg(axes.get_figure())
        boxes = [Text.get_window_extent(text, canvas.get_renderer()) for text in axes.figure.texts]
    assert len(boxes) + len(homeless) == len(drawn)
    inside = axes.get_window_extent().padded(3)
    for box in boxes:
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1
        assert inside.y0 <= box.y0
        assert box.y1 <= inside.y1
    for one, other in combinations(boxes, 2):
        # two pixels of a hundred to an inch may be shared by the edges of the letters
        assert not one.padded(-2).overlaps(other.padded(-2))


def test_of_very_many_names_the_others_are_counted():
    assert say_names(["a", "b"]) == "a, b"
    assert say_names([str(i) for i in range(45)]).endswith("39 and 5 more")
