"""The flow of patients adds up, and its figure cuts nothing off."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from peopled_trial import SCREENED, analyse_both, peopled_dataset, peopled_study

from trialwright.report.drawing import draw_svg, drawing_settings, render_picture
from trialwright.report.flow import Step
from trialwright.report.flow_figure import build_flow_block, draw_flow, wrap_words
from trialwright.report.model import Population

LONG = ("A reason of three hundred letters, " * 10)[:300]
CHINESE = "广州某医院：肝转移灶射频消融术后发热，体温 38.5 ℃" * 8
HOSTILE = r"<script>alert(1)</script> {\rtf1} \input{x} $x_1$ #let 50 %"
NOBODY = Population("screened", "-", ())
HARD = (
    Step(
        f"Assessed {HOSTILE}",
        400,
        left=tuple(
            (why, ("one",))
            for why in (LONG, "W" * 300, "m" * 300, CHINESE, HOSTILE, "two\nlines", "",
                        *(f"reason {number}: {LONG[:number * 10]}" for number in range(33)))
        ),
    ),
    Step("W" * 90, 350, (("M" * 200, 300), (CHINESE, 50))),
    Step("Nobody", 0),
)  # fmt: skip


@pytest.fixture(scope="module")
def flow():
    return build_flow_block(analyse_both(peopled_dataset())[0])


def test_the_boxes_are_those_of_consort(flow) -> None:
    assert [(step.title, step.patients, step.leaving) for step in flow.steps] == [
        ("Assessed for eligibility", 9, 1),
        ("Enrolled", 8, 1),
        ("Treated", 7, 0),
        ("Analysed: full analysis set, all treated", 7, 1),
        ("Baseline tumour assessment", 6, 1),
        ("Assessed after baseline", 5, 0),
        ("Best response known", 5, 0),
    ]
    assert flow.steps[0].left == ((SCREENED, ("SCR-9",)),)
    assert flow.steps[1].left == (("never treated", ("OUT-8",)),)


def check_that_it_adds_up(steps) -> None:
    for step, following in pairwise(steps):
        assert step.patients - step.leaving == following.patients, step.title
        if step.parts:
            assert sum(count for _, count in step.parts) == step.patients


def test_nobody_is_lost_between_two_boxes(flow) -> None:
    check_that_it_adds_up(flow.steps)


def test_where_the_enrolled_are_analysed_treatment_is_no_box() -> None:
    accepted = peopled_study()
    enrolled = accepted.analysis_sets.efficacy.model_copy(update={"value": "enrolled"})
    sets = accepted.analysis_sets.model_copy(update={"efficacy": enrolled})
    study = accepted.model_copy(update={"analysis_sets": sets})
    steps = build_flow_block(analyse_both(peopled_dataset(), study)[0]).steps
    assert [step.title for step in steps][:3] == [
        "Assessed for eligibility", "Enrolled", "Analysed: full analysis set, all enrolled",
    ]  # fmt: skip
    check_that_it_adds_up(steps)


def test_the_data_hold_every_box_and_reason(flow) -> None:
    frame = flow.figure.data
    assert frame.filter(what="in the box")["patients"].to_list() == [9, 8, 7, 7, 6, 5, 5]
    assert frame.filter(what="leave here", words=SCREENED)["patients"].to_list() == [1]
    assert flow.figure.description.startswith("Flow chart of the patients")


def texts_of(figure):
    """Paint a figure as a picture does, and return its texts and boxes in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    with drawing_settings():
        canvas = Canvas(figsize=figure.size_inches)
        drawn = FigureCanvasAgg(canvas)
        figure.paint(canvas)
        drawn.draw()
        axes = canvas.axes[0]
        texts = [(one.get_text(), one.get_window_extent()) for one in axes.texts if one.get_text()]
        boxes = [one.get_window_extent() for one in axes.patches]
        return texts, boxes, canvas.bbox


@pytest.fixture(scope="module")
def hard():
    return texts_of(draw_flow(HARD, NOBODY))


def test_every_line_stands_within_a_box_and_the_box_within_the_figure(hard) -> None:
    check_places(*hard)


def test_a_flow_of_nobody_is_drawn() -> None:
    check_places(*texts_of(draw_flow((Step("Nobody", 0),), NOBODY)))


def check_places(texts, boxes, whole) -> None:
    assert texts
    for box in boxes:
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1
    for words, place in texts:
        assert any(
            box.x0 <= place.x0 and place.x1 <= box.x1 and box.y0 <= place.y0 and place.y1 <= box.y1
            for box in boxes
        ), words


def test_no_letter_of_a_reason_is_lost(hard) -> None:
    texts, _, _ = hard
    whole = "".join("".join(words for words, _ in texts).split())
    for why, _ in HARD[0].left:
        assert "".join(why.split()) in whole
    assert "noreasonrecorded(n=1)" in whole


def test_boxes_do_not_lie_upon_each_other(hard) -> None:
    _, boxes, _ = hard
    for number, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[number + 1 :])


def test_the_same_flow_gives_the_same_bytes(flow) -> None:
    figure = flow.figure
    pictures = [render_picture("png", figure.size_inches, figure.paint) for _ in range(2)]
    assert pictures[0] == pictures[1]
    with drawing_settings():
        svg = draw_svg("flow", figure.size_inches, figure.paint)
    assert "<b>ECOG" not in svg
    assert "&lt;b&gt;ECOG" in svg


@given(st.text(), st.floats(3, 60))
@example("a" * 300, 3.0)
def test_wrapping_keeps_every_printable_letter(words, room) -> None:
    kept = "".join(one for one in words if one.isprintable() and not one.isspace())
    found = "".join(wrap_words(words, room))
    assert "".join(found.split()) == kept
