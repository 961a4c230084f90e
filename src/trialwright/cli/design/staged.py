"""What the verbs of the designs of several stages share: the table, and the design to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.design.reading import choose_named

if TYPE_CHECKING:
    from trialwright.design.staged.staged_design import StagedDesign, StagedFrontier

Choose = Annotated[
    str,
    typer.Option(
        "--choose", help="Which design to draw and to word: optimal, minimax, or its bounds."
    ),
]
FirstStageOption = Annotated[
    tuple[int, int],
    typer.Option("--first-stage", help="Least and most patients of the first stage."),
]
ShareOption = Annotated[
    tuple[float, float],
    typer.Option("--share", help="Least and most of the first stage, as a share of all patients."),
]

COLUMNS = (
    "design", "bounds", "type I error", "power", "stops early at p0", "expected at p0",
    "stops early at p1", "expected at p1", "best for weights q",
)  # fmt: skip


def choose_staged(frontier: StagedFrontier, name: str) -> StagedDesign:
    """Return the design of a kind or of written bounds; refuse another name with those there are.

    Parameters
    ----------
    frontier : StagedFrontier
        Where to look.
    name : str
        ``optimal``, ``minimax``, or the bounds as the table writes them.
    """
    from trialwright.design.staged.staged_design import write_bounds

    designs = ((one.kind, write_bounds(one.boundaries), one) for one in frontier.designs)
    return choose_named(name, designs, frontier.admissible)


def staged_row(one: StagedDesign) -> tuple[str, ...]:
    """Return a design as a row of the table."""
    from trialwright.design.staged.staged_design import write_bounds

    (stop_0, stop_1), (size_0, size_1) = one.early_stop, one.expected_patients
    low, high = one.weights or (None, None)
    return (
        one.kind,
        write_bounds(one.boundaries),
        f"{one.type_one_error:.4f}",
        f"{one.power:.4f}",
        f"{stop_0:.4f}",
        f"{size_0:.2f}",
        f"{stop_1:.4f}",
        f"{size_1:.2f}",
        "" if low is None else f"{low:.3f} to {high:.3f}",
    )


def say_proof(least: int, most: int, *, proven: bool) -> str:
    """Return the note of how far the search looked, and whether that is far enough."""
    proof = (
        "no larger one has a smaller expected size."
        if proven
        else "a larger one may have a smaller expected size: raise --most-patients."
    )
    return f"All designs of {least} to {most} patients were looked at; {proof}"
