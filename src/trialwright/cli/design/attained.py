"""``trialwright design attained``: the first stage came out different."""

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
    Power,
    ProtocolText,
    Shown,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.design.attained.redesign import AttainedStageRedesign
    from trialwright.design.attained.sizes import AttainedSizes
    from trialwright.design.two_stage import TwoStageDesign

__all__ = ["Path", "attained"]

_COLUMNS = (
    "design", "r1/n1 r/n", "type I error", "power", "stops early at p0", "expected at p0",
)  # fmt: skip
_NAMES = {
    "planned": "as planned",
    "attained": "planned bounds, attained sizes",
    "tested": "bound of the analysis, attained sizes",
}


def attained(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="R1/N1 R/N", help="The planned design as Simon's tables write it: '1/10 5/29'."
        ),
    ],
    first_stage: Annotated[
        int, typer.Option(help="Patients on whom the look after stage 1 was taken.")
    ],
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    total: Annotated[
        int | None, typer.Option(help="Patients of both stages, if not the planned ones.")
    ] = None,
    most_patients: MostPatients = 1000,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Say what a plan does on the attained sizes, and find the best new design for them.

    The sizes must not have been chosen by the responses.
    """
    from trialwright.design.attained.redesign import redesign_after_first_stage
    from trialwright.design.attained.sizes import judge_attained_sizes
    from trialwright.design.two_stage import TwoStageDesign
    from trialwright.errors import DesignError

    design = TwoStageDesign.parse(plan)
    found = redesign_after_first_stage(
        first_stage, p0, p1, alpha=alpha, power=power, most_patients=most_patients
    )
    sizes, why = None, ""
    try:
        sizes = judge_attained_sizes(design, p0, p1, first_stage=first_stage, total=total)
    except DesignError as error:  # the planned bounds mean nothing there; the new design does
        why = f"{str(error).partition(';')[0]}; the new design is for these sizes"
    show(_shown(design, found, sizes, why), json=json, plot=plot, protocol_text=protocol_text)


def _shown(
    plan: TwoStageDesign, found: AttainedStageRedesign, sizes: AttainedSizes | None, why: str
) -> Shown:
    from trialwright.report.design.attained_stage_panels import panels_of_attained_stage
    from trialwright.report.design.wording import say_patients
    from trialwright.report.design.words_attained_stage import word_attained_stage

    asked, new = found.hypotheses, found.to_frame().row(0, named=True)
    before = [] if sizes is None else sizes.to_frame().to_dicts()
    content: dict[str, Any] = {
        **asked._asdict(),
        "plan": str(plan),
        "sizes": before,
        "not_judged": why or None,
        "redesign": new,
        "enough_already": None if found.enough_already is None else str(found.enough_already),
    }
    rows = [_row(_NAMES[one["bounds"]], one) for one in before]
    return Shown(
        f"After a first stage of {say_patients(found.design.first_stage)}: {asked.p0:g} against "
        f"{asked.p1:g}, type I error at most {asked.alpha:g}, power at least {1 - asked.beta:g}",
        _COLUMNS,
        [*rows, _row("new design, smallest expected at p0", new)],
        content,
        lambda: word_attained_stage(found, sizes=sizes),
        lambda: panels_of_attained_stage(found, sizes=sizes),
        tuple(_notes(found, why)),
    )


def _row(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    bound = "-" if one["first_stage_bound"] is None else one["first_stage_bound"]
    return (
        name,
        f"{bound}/{one['first_stage']} {one['total_bound']}/{one['total']}",
        f"{one['type_1_error']:.4f}",
        f"{one['power']:.4f}",
        f"{one['early_stop_p0']:.4f}",
        f"{one['expected_patients_p0']:.2f}",
    )


def _notes(found: AttainedStageRedesign, why: str) -> Iterator[str]:
    yield "Exact if the responses did not choose the sizes; -/n1: no stop after stage 1."
    if why:
        yield f"The planned bounds are not judged: {why}."
    if found.enough_already is not None:
        yield (
            f"No second stage is needed: {found.enough_already} keeps both limits as a single "
            "stage."
        )
