"""The boundary plot of the design, with the trial on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.study_design import judge_study_design
from trialwright.report.design import paint_sheet, sheet_size
from trialwright.report.design.study_panels import bounds_of
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import say_count
from trialwright.report.model import Figure

if TYPE_CHECKING:
    import polars as pl

    from trialwright.analysis import Analysis, StageResult
    from trialwright.design.study_design import JudgedDesign
    from trialwright.report.design import BoundaryPanel
    from trialwright.report.model import Population


def draw_boundary(analysis: Analysis) -> tuple[Figure, ...]:
    """Draw the counts that end the trial at each look, and those of the trial so far.

    Parameters
    ----------
    analysis : Analysis
        The results.

    Returns
    -------
    tuple of Figure
        One figure; empty where no two-stage rule decides.
    """
    stage = analysis.stage
    if stage is None:
        return ()
    chosen = judge_study_design(analysis.study).chosen
    return (_draw(stage, chosen, efficacy_population(analysis)),)


def _draw(stage: StageResult, chosen: JudgedDesign, among: Population) -> Figure:
    seen = stage.outlook.seen
    n, responders = seen[-1] if seen else (0, 0)
    counted = f"{say_count(responders, 'responder')} of {say_count(n, 'patient')}"
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
        f"({counted}).{waits}{after}"
    )
    description = f"Boundary plot of design {chosen.design}: {counted}; {stage.final.verdict}."
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
