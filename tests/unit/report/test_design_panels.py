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
from trialwright.report.design.labels import Box, Labels
from trialwright.report.design.simon_panels import curve_of_design
from trialwright.report.design.staged_panels import panels_of_boundaries

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


def test_names_that_would_lie_on_each_other_are_left_out() -> None:
    named = {f"admissible {i}": (600.0 + i, 450.0 - i / 10) for i in range(1, 12)}
    named |= {"minimax": (600.0, 450.0), "optimal": (615.0, 448.0)}
    points = list(named.values())
    panel = FrontierPanel([p for p, _ in points], [e for _, e in points], named)
    words = set(words_of(draw_sheet([panel])))
    assert {"minimax", "optimal"} <= words
    assert len(words & set(named)) < len(named)


def test_words_make_way_for_one_another() -> None:
    labels = Labels(None, 7.5, [Box(0, 0, 10, 10)])  # type: ignore[arg-type]  # nothing is measured
    assert labels.make_way(Box(5, 5, 15, 15), upwards=True) == 5
    assert labels.make_way(Box(5, -5, 15, 5), upwards=False) == -5
    assert labels.make_way(Box(20, 0, 30, 10), upwards=True) == 0


@pytest.mark.parametrize(("patients", "hatched"), [(29, True), (500, False)])
def test_bars_without_room_are_not_hatched(patients: int, hatched: bool) -> None:
    looks = tuple(range(1, patients + 1)) if patients > 29 else (10, patients)
    none: tuple[None, ...] = (None,) * len(looks)
    plan = Boundaries(looks, none, tuple(max(1, look // 3) for look in looks))
    svg = draw_sheet([BoundaryPanel(plan, "toxicities", high="stop")])
    assert (svg.count("fill: url(#") > 1) is hatched  # the legend alone is hatched


def test_bounds_too_many_for_a_title_are_counted() -> None:
    looks = (15, 25, 35, 45, 55)
    plan = Boundaries(looks, (None, 1, 4, 8, 12), (6, 8, 10, 12, 13))
    titles = [panel.title for panel in panels_of_boundaries(plan, 0.1, 0.3)]
    assert titles == ["Design of 5 stages, 55 patients", "Operating characteristics"]


def test_the_impossible_corner_is_named_where_there_is_room() -> None:
    wide = Boundaries((500,), (2,), (3,))
    assert "more than all" not in words_of(draw_sheet([BoundaryPanel(wide, "responders", "stop")]))
    assert "more than all" in words_of(draw_sheet([panel()]))
