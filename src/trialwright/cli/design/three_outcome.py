"""``trialwright design three-outcomes``: two stages that may end undecided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.show import (
    Alpha,
    AlternativeRate,
    Json,
    MostPatients,
    NullRate,
    Plot,
    ProtocolText,
    Shown,
    show,
)
from trialwright.cli.design.staged import (
    Choose,
    FirstStageOption,
    ShareOption,
    choose_staged,
    say_proof,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.staged.staged_design import StagedDesign
    from trialwright.design.staged.three_outcome import ThreeOutcomeSearch
    from trialwright.report.design import Panel, Wording

__all__ = ["Path", "three_outcomes"]

_COLUMNS = (
    "design", "bounds", "alpha", "eta", "undecided at p0", "pi", "beta", "undecided at p1",
    "stops early at p0", "expected at p0",
)  # fmt: skip


def three_outcomes(
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    beta: Annotated[float, typer.Option(help="Chance of 'not active' at p1, at most.")] = 0.10,
    eta: Annotated[float, typer.Option(help="Chance of 'not active' at p0, at least.")] = 0.80,
    pi: Annotated[float, typer.Option(help="Chance of 'active' at p1, at least.")] = 0.80,
    tolerance: Annotated[
        float, typer.Option(help="By how much each of the four may be missed.")
    ] = 0.0,
    choose: Choose = "optimal",
    most_patients: MostPatients = 100,
    first_stage: FirstStageOption = (1, 1000),
    share: ShareOption = (0.0, 1.0),
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find two-stage designs that conclude active, not active, or neither, exactly.

    Stop if at most r1 of the first n1 patients respond; of all n, r or fewer mean not active and s
    or more mean active. Bounds are written r1/n1 r-s/n.
    """
    from trialwright.design.simon import FirstStage
    from trialwright.design.staged.three_outcome import (
        ThreeOutcomeLimits,
        find_three_outcome_designs,
    )

    found = find_three_outcome_designs(
        p0,
        p1,
        ThreeOutcomeLimits(alpha, beta, eta, pi, tolerance),
        most_patients=most_patients,
        first_stage=FirstStage(*first_stage, *share),
    )
    chosen = choose_staged(found.frontier, choose)
    show(_shown(found, chosen), json=json, plot=plot, protocol_text=protocol_text)


def _shown(found: ThreeOutcomeSearch, chosen: StagedDesign) -> Shown:
    from dataclasses import asdict

    from trialwright.design.staged.staged_design import write_bounds

    content: dict[str, Any] = {
        "p0": found.p0,
        "p1": found.p1,
        **asdict(found.limits),
        "most_patients": found.most_patients,
        "proven": found.proven,
        "chosen": write_bounds(chosen.boundaries),
        "designs": found.to_frame().to_dicts(),
    }
    limits = found.limits
    return Shown(
        f"Three-outcome designs: {found.p0:g} against {found.p1:g}, alpha {limits.alpha:g}, beta "
        f"{limits.beta:g}, eta {limits.eta:g}, pi {limits.pi:g}",
        _COLUMNS,
        [_row(one) for one in found.admissible],
        content,
        lambda: _words(found, chosen),
        lambda: _panels(found, chosen),
        (
            say_proof(3, found.most_patients, proven=found.proven),
            f"Each of the four chances may be missed by {limits.tolerance:g}.",
        ),
    )


def _row(one: StagedDesign) -> tuple[str, ...]:
    from trialwright.design.staged.staged_design import write_bounds
    from trialwright.design.staged.three_outcome import outcome_chances

    return (
        one.kind,
        write_bounds(one.boundaries),
        *(f"{value:.4f}" for value in outcome_chances(one).values()),
        f"{one.early_stop[0]:.4f}",
        f"{one.expected_patients[0]:.2f}",
    )


def _words(found: ThreeOutcomeSearch, chosen: StagedDesign) -> Wording:
    from trialwright.report.design.words_three_outcome import word_three_outcome

    return word_three_outcome(chosen, found)


def _panels(found: ThreeOutcomeSearch, chosen: StagedDesign) -> Sequence[Panel]:
    from trialwright.report.design.staged_panels import panels_of_boundaries, panels_of_frontier

    bounds = panels_of_boundaries(chosen.boundaries, found.p0, found.p1, undecided=True)
    frontier = panels_of_frontier(found.frontier, chosen, found.p0, found.p1)[-1]
    return (*bounds, frontier)
