"""``trialwright design fleming``: two stages that stop for futility and for activity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.reading import read_whole_numbers, refuse_given
from trialwright.cli.design.show import (
    Alpha,
    AlternativeRate,
    Json,
    MostPatients,
    NullRate,
    Plot,
    Power,
    ProtocolText,
    Shown,
    show,
)
from trialwright.cli.design.staged import (
    COLUMNS,
    Choose,
    FirstStageOption,
    ShareOption,
    choose_staged,
    say_proof,
    staged_row,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.fleming import FlemingSearch
    from trialwright.design.staged.fleming_normal import FlemingBoundaries
    from trialwright.design.staged.staged_design import StagedDesign, StagedFrontier
    from trialwright.report.design import Panel, Wording

__all__ = ["Path", "fleming"]

_OF_A_SEARCH = ("choose", "power", "minimise", "most_patients", "first_stage", "share")


def fleming(
    context: typer.Context,
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    choose: Choose = "optimal",
    minimise: Annotated[
        str,
        typer.Option(help="Expected size to minimise: at p0, at p1, the maximum or the mean."),
    ] = "p0",
    most_patients: MostPatients = 100,
    first_stage: FirstStageOption = (1, 1000),
    share: ShareOption = (0.0, 1.0),
    stages: Annotated[
        str | None,
        typer.Option(
            metavar="N,N",
            help="Patients of each stage, such as 15,10: Fleming's approximate boundaries of 1982 "
            "for them, instead of a search.",
        ),
    ] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find two-stage designs that stop early for futility and for activity, exactly.

    Stop for futility if at most r1 of the first n1 patients respond, declare activity if at least
    a1 do; else declare activity if more than r of all n respond. Bounds are written r1-a1/n1 r/n.
    """
    if stages is not None:
        refuse_given(context, "--stages", _OF_A_SEARCH)
        shown = _shown_boundaries(stages, p0, p1, alpha)
    else:
        from trialwright.design.simon import FirstStage
        from trialwright.design.staged.fleming import find_fleming_designs
        from trialwright.design.staged.staged_design import check_minimise

        by = check_minimise(minimise)
        found = find_fleming_designs(
            p0,
            p1,
            alpha=alpha,
            power=power,
            most_patients=most_patients,
            first_stage=FirstStage(*first_stage, *share),
        )
        shown = _shown_search(found, found.by(by), choose)
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _shown_search(found: FlemingSearch, frontier: StagedFrontier, choose: str) -> Shown:
    from trialwright.design.staged.staged_design import IN_WORDS, write_bounds

    asked, by = found.hypotheses, frontier.minimise
    chosen = choose_staged(frontier, choose)
    proven = found.is_proven(by)
    content: dict[str, Any] = {
        **asked._asdict(),
        "most_patients": found.most_patients,
        "minimise": by,
        "proven": proven,
        "chosen": write_bounds(chosen.boundaries),
        "designs": frontier.to_frame().to_dicts(),
    }
    return Shown(
        f"Two-stage designs with both stops: {asked.p0:g} against {asked.p1:g}, type I error at "
        f"most {asked.alpha:g}, power at least {1 - asked.beta:g}",
        COLUMNS,
        [staged_row(one) for one in frontier.admissible],
        content,
        lambda: _words(chosen, asked, frontier),
        lambda: _panels(frontier, chosen, asked),
        (
            f"Minimised: {IN_WORDS[by]}.",
            say_proof(3, found.most_patients, proven=proven),
        ),
    )


def _shown_boundaries(stages: str, p0: float, p1: float, alpha: float) -> Shown:
    from trialwright.design.checks import check_hypotheses
    from trialwright.design.staged.fleming_normal import find_fleming_boundaries
    from trialwright.design.staged.staged_design import StagedDesign, row_of_design

    sizes = read_whole_numbers("--stages", stages.replace("+", ","), such_as="15,10")
    if len(sizes) == 1:
        msg = (
            f"--stages {stages}: write the patients of two stages or more, such as 15,10; a single "
            "stage is planned by trialwright design single"
        )
        raise typer.BadParameter(msg)
    check_hypotheses(p0, p1, alpha, alpha)
    found = find_fleming_boundaries(p0, sizes, alpha=alpha)
    judged = StagedDesign.judge(found.boundaries, p0, p1)
    content = {
        "p0": p0,
        "p1": p1,
        "alpha": alpha,
        "rate_of_futility_bounds": found.alternative,
        "design": row_of_design(judged),
    }
    return Shown(
        f"Fleming's boundaries by the normal approximation: {p0:g}, nominal type I error {alpha:g}",
        COLUMNS[:-1],
        [staged_row(judged)[:-1]],
        content,
        lambda: _words_of_boundaries(found, p1),
        lambda: _panels_of_boundaries(judged, p0, p1),
        ("The bounds are approximate; every chance in the table is exact.",),
    )


def _words(chosen: StagedDesign, asked: Hypotheses, frontier: StagedFrontier) -> Wording:
    from trialwright.report.design.words_fleming import word_fleming

    return word_fleming(chosen, asked, frontier.minimise)


def _words_of_boundaries(found: FlemingBoundaries, p1: float) -> Wording:
    from trialwright.report.design.words_fleming import word_fleming_boundaries

    return word_fleming_boundaries(found, p1)


def _panels(frontier: StagedFrontier, chosen: StagedDesign, asked: Hypotheses) -> Sequence[Panel]:
    from trialwright.report.design.staged_panels import panels_of_frontier

    return panels_of_frontier(frontier, chosen, asked.p0, asked.p1)


def _panels_of_boundaries(judged: StagedDesign, p0: float, p1: float) -> Sequence[Panel]:
    from trialwright.report.design.staged_panels import panels_of_boundaries

    return panels_of_boundaries(judged.boundaries, p0, p1)
