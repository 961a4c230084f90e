"""Pictures of designs: what is refused, what is drawn, where the next patient is shown."""

from __future__ import annotations

import re

import pytest

from trialwright.design import Boundaries, TwoStageDesign
from trialwright.errors import ExportError
from trialwright.report.design import (
    BoundaryPanel,
    CurvePanel,
    FrontierPanel,
    draw_sheet,
    write_sheet,
)
from trialwright.report.design.boundary_plot import goes_on
from trialwright.report.design.simon_panels import curve_of_design

SIMON = TwoStageDesign(10, 1, 29, 5)


def panel(*seen: tuple[int, int]) -> BoundaryPanel:
    return BoundaryPanel(SIMON.boundaries, "responders", "stop", "declare", seen)


def words_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_the_bounds_are_written_beside_their_bars() -> None:
    words = words_of(draw_sheet([panel()]))
    assert {"≤ 1 of 10", "≤ 5 of 29", "≥ 6 of 29", "stop", "declare"} <= set(words)
    assert not any("of 14 patients" in word for word in words)


def test_the_path_and_the_next_patient_are_in_the_legend() -> None:
    words = words_of(draw_sheet([panel((13, 2), (14, 3))]))
    assert "responders: 3 of 14 patients" in words
    assert "after the next patient" in words


@pytest.mark.parametrize(
    ("seen", "open_"),
    [
        ((9, 0), True),
        ((10, 1), False),  # stopped
        ((10, 2), True),
        ((11, 1), True),  # no look here
        ((29, 5), False),
        ((29, 6), False),
    ],
)
def test_a_trial_that_has_ended_takes_no_next_patient(seen, open_: bool) -> None:
    assert goes_on(panel(seen)) is open_


@pytest.mark.parametrize(
    "boundaries",
    [
        Boundaries((1,), (0,), (1,)),
        Boundaries((20,), (None,), (None,)),
        Boundaries((5, 10), (None, None), (3, 5)),
        Boundaries(tuple(range(1, 41)), (None,) * 39 + (8,), (None,) * 39 + (9,)),
        Boundaries((200, 500), (20, 60), (None, 61)),
    ],
)
def test_awkward_rules_are_drawn(boundaries: Boundaries) -> None:
    svg = draw_sheet([BoundaryPanel(boundaries, "responders", "stop", "declare")])
    assert svg.startswith("<svg")
    assert "nan" not in svg.lower().replace("finance", "")


def test_curves_and_frontier_carry_their_names() -> None:
    words = words_of(
        draw_sheet(
            [
                curve_of_design(SIMON, 0.1, 0.3),
                FrontierPanel([25, 29], [19.5, 15.0], {"optimal": (29, 15.0)}),
                CurvePanel([0, 1], {"width": [0, 1]}, value_name="full width"),
            ]
        )
    )
    assert {"p0 = 0.1", "p1 = 0.3", "Probability", "Expected patients", "optimal"} <= set(words)
    assert "Full width" in words


def test_a_file_of_another_kind_is_refused(tmp_path) -> None:
    with pytest.raises(ExportError, match=r"written as one of \.svg, \.png, \.pdf, not \.jpg"):
        write_sheet([panel()], tmp_path / "design.jpg")
    with pytest.raises(ExportError, match="not none"):
        write_sheet([panel()], tmp_path / "design")
    with pytest.raises(ExportError, match="does not exist"):
        write_sheet([panel()], tmp_path / "away" / "design.svg")
    assert not list(tmp_path.iterdir())


def test_no_panel_is_no_picture(tmp_path) -> None:
    with pytest.raises(ValueError, match="one panel or more"):
        write_sheet([], tmp_path / "design.svg")


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_the_same_design_gives_the_same_bytes(tmp_path, kind: str) -> None:
    first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
    write_sheet([panel()], first)
    write_sheet([panel()], second)
    assert first.read_bytes() == second.read_bytes()


def test_who_may_still_respond_is_a_band() -> None:
    waiting = BoundaryPanel(
        SIMON.boundaries, "responders", "stop", "declare", ((9, 0), (10, 0)), waiting=(2, 3)
    )
    assert goes_on(waiting)  # 3 of the 10 may still respond: the look is open
    words = words_of(draw_sheet([waiting]))
    assert "responders: 0 of 10 patients, 3 pending (band)" in words
    assert "Patients enrolled" in words


def test_totals_alone_draw_no_order() -> None:
    svg = draw_sheet([panel((10, 2), (12, 3))])
    assert "stroke-dasharray" in svg
