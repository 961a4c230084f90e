"""``trialwright design simon``: optimal, minimax and admissible two-stage designs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.reading import choose_named
from trialwright.cli.design.show import (
    Alpha,
    AlternativeRate,
    Json,
    NullRate,
    Plot,
    Power,
    ProtocolText,
    Shown,
    show,
)
from trialwright.cli.design.staged import Choose, FirstStageOption, ShareOption, say_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design import SimonDesign, SimonSearch
    from trialwright.report.design import Panel

__all__ = ["Path", "simon"]

_COLUMNS = (
    "design", "r1/n1 r/n", "type I error", "power", "stops early at p0", "expected at p0",
    "stops early at p1", "expected at p1", "best for weights q",
)  # fmt: skip


def simon(
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    choose: Choose = "optimal",
    most_patients: Annotated[
        int | None,
        typer.Option(help="Largest size to look at; without it as far as the optimum is proven."),
    ] = None,
    first_stage: FirstStageOption = (1, 1000),
    share: ShareOption = (0.0, 1.0),
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find Simon's optimal, minimax and admissible two-stage designs, exactly.

    Stop if at most r1 of the first n1 patients respond; declare activity if more than r of all n
    respond.
    """
    from trialwright.design import FirstStage, find_simon_designs

    found = find_simon_designs(
        p0,
        p1,
        alpha=alpha,
        power=power,
        most_patients=most_patients,
        first_stage=FirstStage(*first_stage, *share),
    )
    chosen = choose_design(found, choose)
    show(shown_search(found, chosen), json=json, plot=plot, protocol_text=protocol_text)


def choose_design(found: SimonSearch, name: str) -> SimonDesign:
    """Return the admissible design of a name; refuse another name with those there are."""
    designs = ((one.kind, str(one.design), one) for one in found.admissible)
    return choose_named(name, designs, found.admissible)


def shown_search(found: SimonSearch, chosen: SimonDesign) -> Shown:
    """Return what is shown of a search, the chosen design in words and pictures."""
    from trialwright.report.design.words_simon import word_simon

    asked = found.hypotheses
    title = (
        f"Two-stage designs: {asked.p0:g} against {asked.p1:g}, type I error at most "
        f"{asked.alpha:g}, power at least {1 - asked.beta:g}"
    )
    content: dict[str, Any] = {
        **asked._asdict(),
        "most_patients": found.most_patients,
        "proven": found.proven,
        "chosen": str(chosen.design),
        "designs": found.to_frame().to_dicts(),
        "frontier": found.frontier_frame().to_dicts(),
    }
    return Shown(
        title,
        _COLUMNS,
        [_row(one) for one in found.admissible],
        content,
        lambda: word_simon(chosen, asked),
        lambda: _panels(found, chosen),
        (say_proof(2, found.most_patients, proven=found.proven),),
    )


def _row(one: SimonDesign) -> tuple[str, ...]:
    null, alternative = one.null, one.alternative
    low, high = one.weights or (0.0, 0.0)
    return (
        one.kind,
        str(one.design),
        f"{null.probability_declare_active:.4f}",
        f"{alternative.probability_declare_active:.4f}",
        f"{null.probability_early_stop:.4f}",
        f"{null.expected_patients:.2f}",
        f"{alternative.probability_early_stop:.4f}",
        f"{alternative.expected_patients:.2f}",
        f"{low:.3f} to {high:.3f}",
    )


def _panels(found: SimonSearch, chosen: SimonDesign) -> Sequence[Panel]:
    from trialwright.report.design.simon_panels import panels_of_simon

    return panels_of_simon(found, chosen)
