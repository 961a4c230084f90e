"""The design in the report: the boundary plot with the trial on it, and what was weighed.

The toxicity rule is printed with its counts; who had unacceptable toxicity is not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.study_design import judge_study_design
from trialwright.report.design import paint_sheet, sheet_size
from trialwright.report.design.study_panels import bounds_of
from trialwright.report.design.words_outlook import say_outlook
from trialwright.report.design.words_study import say_together
from trialwright.report.design.words_toxicity import write_bounds
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import show_percent
from trialwright.report.model import Figure

if TYPE_CHECKING:
    import polars as pl

    from trialwright.analysis import Analysis, StageResult
    from trialwright.design.study_design import JudgedDesign, StudyDesign
    from trialwright.report.design import BoundaryPanel
    from trialwright.report.model import Population


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

    picture: Figure
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
        _draw(stage, found.chosen, efficacy_population(analysis)),
        say_outlook(stage.outlook) if under_way else (),
        tuple(_row(one, chosen=one is found.chosen) for one in found.designs),
        _toxicity(found),
        say_together(found),
    )


def _draw(stage: StageResult, chosen: JudgedDesign, among: Population) -> Figure:
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
    panels = [bounds_of(chosen, seen, stage.outlook.waiting)]
    return Figure(
        "boundary",
        "14.2.12",
        "Boundaries, and where the trial stands",
        caption,
        description,
        sheet_size(panels),
        lambda figure: paint_sheet(figure, panels),
        _tabulate(panels[0]),
        among,
    )


def _tabulate(panel: BoundaryPanel) -> pl.DataFrame:
    """Return a row a look of the rule, and a row for each patient seen."""
    import polars as pl

    bounds = panel.boundaries
    rows: list[tuple[str, int, int | None, int | None, int | None, int | None]] = [
        ("look", look, low, high, None, None)
        for look, low, high in zip(
            bounds.looks, bounds.stop_at_most, bounds.stop_at_least, strict=True
        )
    ]
    waiting = panel.waiting or (0,) * len(panel.seen)
    rows += [
        ("seen", patients, None, None, count, count + may)
        for (patients, count), may in zip(panel.seen, waiting, strict=True)
    ]
    columns = ("mark", "patients", "stop_at_most", "stop_at_least", "responders", "at_most")
    numbers = dict.fromkeys(columns[1:], pl.Int64)
    return pl.DataFrame(rows, schema={"mark": pl.String, **numbers}, orient="row")


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
