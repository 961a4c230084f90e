"""The design in the report: the boundary plot with the trial on it, and what was weighed.

The toxicity rule is printed with its counts; who had unacceptable toxicity is not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.study_design import judge_study_design
from trialwright.report.design import draw_sheet
from trialwright.report.design.study_panels import bounds_of
from trialwright.report.design.words_outlook import say_outlook
from trialwright.report.design.words_study import say_together
from trialwright.report.design.words_toxicity import write_bounds
from trialwright.report.drawing import Picture
from trialwright.report.formats import show_percent

if TYPE_CHECKING:
    from trialwright.analysis import Analysis, StageResult
    from trialwright.design.study_design import JudgedDesign, StudyDesign


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One design, chosen or weighed against it, and what it does."""

    role: str
    design: str
    null: str
    alternative: str
    error: str
    power: str
    early_stop: str
    expected: str
    basis: str


@dataclass(frozen=True, slots=True)
class DesignSection:
    """The boundary plot, where a running trial stands, the designs weighed, the toxicity rule."""

    picture: Picture
    outlook: tuple[str, ...]
    rows: tuple[DesignRow, ...]
    toxicity: str
    together: str


def build_design(analysis: Analysis) -> DesignSection | None:
    """Return what the report shows of the design; none where no two-stage rule decides."""
    stage = analysis.stage
    if stage is None:
        return None
    found = judge_study_design(analysis.study)
    under_way = stage.outlook.standing == "under way"
    return DesignSection(
        _draw(stage, found.chosen),
        say_outlook(stage.outlook) if under_way else (),
        tuple(_row(one, chosen=one is found.chosen) for one in found.designs),
        _toxicity(found),
        say_together(found),
    )


def _draw(stage: StageResult, chosen: JudgedDesign) -> Picture:
    seen = stage.outlook.seen
    n, responders = seen[-1] if seen else (0, 0)
    pending = stage.outlook.pending
    waits = f" Band: {pending} of them may still respond." if pending else ""
    after = (
        f" Left out: {stage.final.left_out} after those that the decision counts."
        if stage.final.left_out
        else ""
    )
    caption = (
        "Bars: counts that end the trial at a look. Shaded: counts from which that end is certain, "
        "whatever the patients still to come do. Line: the trial, in order of enrolment "
        f"({responders} responders of {n} patients).{waits}{after}"
    )
    description = (
        f"Boundary plot of design {chosen.design}: {responders} responders of {n} patients; "
        f"{stage.final.verdict}."
    )
    svg = draw_sheet([bounds_of(chosen, seen, stage.outlook.waiting)], key="boundary")
    return Picture("boundary", "Boundaries, and where the trial stands", caption, description, svg)


def _row(one: JudgedDesign, *, chosen: bool) -> DesignRow:
    role = "chosen" if chosen else "weighed against it"
    return DesignRow(
        f"{role}, {one.kind}" if one.kind else role,
        str(one.design),
        show_percent(one.asked.p0),
        show_percent(one.asked.p1),
        f"{one.null.probability_declare_active:.4f}",
        f"{one.alternative.probability_declare_active:.4f}",
        f"{one.null.probability_early_stop:.4f}",
        f"{one.null.expected_patients:.1f}",
        one.basis,
    )


def _toxicity(found: StudyDesign) -> str:
    if found.toxicity is None:
        return f"No toxicity rule: {found.open_fields}." if found.open_fields else ""
    rule = found.toxicity
    return (
        f"Enrolment stops with {write_bounds(rule.boundaries)} patients with unacceptable "
        f"toxicity: the posterior probability of a rate above {show_percent(rule.limit)}, from a "
        f"{rule.prior} prior, is then above {rule.cut:g}. Who had such toxicity is not counted in "
        "this report."
    )
