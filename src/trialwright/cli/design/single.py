"""``trialwright design single``: exact single-stage designs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.reading import choose_size
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

    from trialwright.design.single_stage.gehan import GehanFirstStage
    from trialwright.design.single_stage.search import SingleStageDesign, SingleStageSearch

__all__ = ["Path", "single"]

_COLUMNS = ("design", "patients", "active at or above", "type I error", "power")


def single(
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    stable: Annotated[
        bool,
        typer.Option(
            "--stable",
            help="Draw and word the first size from which every larger one works, instead of the "
            "smallest.",
        ),
    ] = False,
    no_responder: Annotated[
        float | None,
        typer.Option(help="Also Gehan's first stage: largest chance of no responder at p1."),
    ] = None,
    most_patients: MostPatients = 1000,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the exact single-stage design: the smallest, and the first that stays good.

    Activity is declared if more than r of all n patients respond.
    """
    from trialwright.design.checks import check_probability
    from trialwright.design.single_stage.gehan import find_gehan_first_stage
    from trialwright.design.single_stage.search import find_single_stage_designs

    found = find_single_stage_designs(p0, p1, alpha=alpha, power=power, most_patients=most_patients)
    gehan = None
    if no_responder is not None:
        gehan = find_gehan_first_stage(p1, beta=check_probability("--no-responder", no_responder))
    chosen = choose_size(found.first, found.stable, wants_stable=stable, looked_to=most_patients)
    show(_shown(found, chosen, gehan), json=json, plot=plot, protocol_text=protocol_text)


def _shown(
    found: SingleStageSearch, chosen: SingleStageDesign, gehan: GehanFirstStage | None
) -> Shown:
    from trialwright.report.design.single_stage_panels import panels_of_single_stage
    from trialwright.report.design.words_single_stage import word_single_stage

    asked = found.hypotheses
    title = (
        f"Single-stage designs: {asked.p0:g} against {asked.p1:g}, type I error at most "
        f"{asked.alpha:g}, power at least {1 - asked.beta:g}"
    )
    content: dict[str, Any] = {
        **asked._asdict(),
        "most_patients": found.most_patients,
        "first": str(found.first),
        "stable": None if found.stable is None else str(found.stable),
        "stable_for_good": found.is_stable_for_good,
        "normal_approximation": found.normal_approximation,
        "chosen": str(chosen),
        "designs": found.to_frame().to_dicts(),
    }
    if gehan is not None:
        content["gehan_first_stage"] = gehan.patients
        content["gehan_chance_of_none"] = gehan.chance_of_none
    rows = [_row("smallest", found.first, found)]
    if found.stable is not None:
        rows.append(_row("stable", found.stable, found))
    return Shown(
        title,
        _COLUMNS,
        rows,
        content,
        lambda: word_single_stage(found, design=chosen),
        lambda: panels_of_single_stage(found, design=chosen),
        tuple(_notes(found, gehan)),
    )


def _row(name: str, design: SingleStageDesign, found: SingleStageSearch) -> tuple[str, ...]:
    error, power = (design.probability_declare_active(rate) for rate in found.hypotheses[:2])
    return name, str(design.total), str(design.total_bound + 1), f"{error:.4f}", f"{power:.4f}"


def _notes(found: SingleStageSearch, gehan: GehanFirstStage | None) -> Iterator[str]:
    from trialwright.report.formats import say_count

    end = "however large" if found.is_stable_for_good else f"up to {found.most_patients}"
    yield f"Stable: every larger size, {end}, keeps both limits with a bound of its own."
    yield (
        f"The normal approximation would give {found.normal_approximation:.1f} patients; it is "
        "not used."
    )
    if gehan is not None:
        yield (
            "Gehan's first stage: "
            f"{say_count(gehan.patients, 'patient shows', 'patients show')} no responder with "
            "probability "
            f"{gehan.chance_of_none:.4f} at {gehan.p1:g}."
        )
