"""``trialwright design landmark``: a two-stage design for an event-free rate at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.show import (
    Alpha,
    Json,
    MostPatients,
    Plot,
    Power,
    ProtocolText,
    Shown,
    show,
)

if TYPE_CHECKING:
    from trialwright.design.landmark.simulation import LandmarkSimulation
    from trialwright.design.landmark.trial import LandmarkTrial
    from trialwright.design.landmark.values import LandmarkDesign, LandmarkSearch

_HINT = (
    "Every patient followed to {at} before each look? Then the outcome is binary: "
    "trialwright design simon --p0 {p0:.4g} --p1 {p1:.4g} is exact; hold accrual until the first "
    "n1 patients have reached {at}."
)


def landmark(
    at: Annotated[float, typer.Option("--at", help="The landmark, such as 12 (months).")],
    p0: Annotated[float, typer.Option("--p0", help="Event-free rate there of no interest.")],
    p1: Annotated[float, typer.Option("--p1", help="Event-free rate there worth pursuing.")],
    accrual: Annotated[
        str,
        typer.Option(
            metavar="RATE or T:N,...",
            help="Patients per unit of time: 2.5; or patients by period: 6:10,12:20 is 10 to "
            "time 6, then 20 to time 12, then on at that pace.",
        ),
    ],
    shape: Annotated[
        float, typer.Option(help="Shape of the Weibull curves; 1: constant hazard.")
    ] = 1.0,
    shape_p1: Annotated[float | None, typer.Option(help="Shape under p1, if another one.")] = None,
    alpha: Alpha = 0.05,
    power: Power = 0.80,
    minimise: Annotated[
        str, typer.Option(help="study length, accrual time or patients; expected at p0.")
    ] = "study length",
    binding: Annotated[
        bool, typer.Option(help="Whether the futility stop lowers the final bound.")
    ] = True,
    simulate: Annotated[
        int, typer.Option(help="Trials to simulate as a check; 0: none.", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the simulation.", min=0)] = 1,
    unit: Annotated[str, typer.Option(help="Unit of the times, for the words.")] = "months",
    most_patients: MostPatients = 1000,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the two-stage design for an event-free rate, with patients still under follow-up.

    Case and Morgan's design: accrual is not held for the interim look, and patients short of the
    landmark count with the follow-up they have. Its errors are those of large samples.
    """
    from trialwright.design.landmark.search import find_landmark_survival
    from trialwright.design.landmark.simulation import simulate_landmark
    from trialwright.errors import DesignError

    try:
        trial = _trial(at, (p0, p1), accrual, (shape, shape_p1))
        found = find_landmark_survival(
            trial,
            alpha=alpha,
            power=power,
            minimise=minimise,  # type: ignore[arg-type]  # checked there
            binding=binding,
            most_patients=most_patients,
        )
    except (DesignError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    simulated = [
        simulate_landmark(found.optimal, curve, trials=simulate, seed=seed)
        for curve in ((trial.null, trial.alternative) if simulate else ())
    ]
    show(_shown(found, simulated, unit), json=json, plot=plot, protocol_text=protocol_text)


def _trial(
    at: float, rates: tuple[float, float], accrual: str, shapes: tuple[float, float | None]
) -> LandmarkTrial:
    from trialwright.design.landmark.trial import Accrual, LandmarkTrial
    from trialwright.stats.historical import Weibull

    entering = Accrual.steady(1.0)
    if re.fullmatch(r"[0-9.]+", accrual.strip()):
        entering = Accrual.steady(_number(accrual))
    else:
        parts = [part.partition(":") for part in re.split(r"[ ,]+", accrual.strip())]
        if not all(colon for _, colon, _ in parts):
            msg = (
                f"--accrual is a rate, such as 2.5, or periods, such as 6:10,12:20, not {accrual!r}"
            )
            raise typer.BadParameter(msg)
        entering = Accrual(
            tuple(_number(until) for until, _, _ in parts),
            tuple(_number(patients) for _, _, patients in parts),
        )
    shape, shape_p1 = shapes
    null = Weibull.from_survival(shape, rates[0], at=at)
    alternative = Weibull.from_survival(shape_p1 or shape, rates[1], at=at)
    return LandmarkTrial(at, null, alternative, entering)


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        msg = f"--accrual: {written!r} is not a number"
        raise typer.BadParameter(msg) from None


def _shown(found: LandmarkSearch, simulated: list[LandmarkSimulation], unit: str) -> Shown:
    from trialwright.report.design.landmark_panels import panels_of_landmark
    from trialwright.report.design.words_landmark_survival import word_landmark_survival

    trial, best, alone = found.trial, found.optimal, found.single_stage
    notes = [f"Two stages, expected {found.minimise} least; times in {unit}; large-sample theory."]
    if not found.is_worth_it:
        notes.append("The design without an interim look does better here.")
    if found.exact_factor is not None:
        factor = f"{alone.exact_patients}/{alone.patients} = {found.exact_factor:.3f}"
        notes.append(
            f"One stage, exact binomial: {alone.exact_patients} patients; Case and Morgan multiply "
            f"sizes and times by {factor}."
        )
    notes += [f"Simulated at {one.rate:.4g}: {one}" for one in simulated]
    notes.append(_HINT.format(at=f"{trial.landmark:g}", p0=trial.p0, p1=trial.p1))
    rates = f"{trial.p0:.4g} against {trial.p1:.4g}"
    return Shown(
        title=f"Event-free rate at {trial.landmark:g} {unit}: {rates}",
        columns=("", "two stages", "one stage"),
        rows=_rows(best, found),
        content=_content(found, simulated),
        words=lambda: word_landmark_survival(found, unit=unit),
        panels=lambda: panels_of_landmark(found, unit=unit),
        notes=notes,
    )


def _rows(best: LandmarkDesign, found: LandmarkSearch) -> list[tuple[str, str, str]]:
    alone = found.single_stage
    null, alternative = best.null, best.alternative
    stops = f"{null.probability_stop:.4f}, {alternative.probability_stop:.4f}"
    return [
        ("patients", str(best.patients), str(alone.patients)),
        ("accrual time", f"{best.accrual_time:.2f}", f"{alone.accrual_time:.2f}"),
        ("study length", f"{best.study_length:.2f}", f"{alone.study_length:.2f}"),
        ("interim look at time", f"{best.interim_time:.2f}", ""),
        ("patients entered by then", f"{best.interim_patients:.1f}", ""),
        ("stop if Z1 is at most", f"{best.interim_bound:.4f}", ""),
        ("declare if Z is above", f"{best.final_bound:.4f}", f"{alone.bound:.4f}"),
        ("share of information", f"{best.information:.3f}", ""),
        ("type I error", f"{null.probability_declare_active:.4f}", f"{found.errors.alpha:.4f}"),
        ("power", f"{alternative.probability_declare_active:.4f}", f"{alone.power:.4f}"),
        ("stops early at p0, p1", stops, ""),
        ("expected study length at p0", f"{null.expected_length:.2f}", f"{alone.study_length:.2f}"),
        ("expected accrual time at p0", f"{null.expected_accrual:.2f}",
         f"{alone.accrual_time:.2f}"),
        ("expected patients at p0", f"{null.expected_patients:.1f}", str(alone.patients)),
    ]  # fmt: skip


def _content(found: LandmarkSearch, simulated: list[LandmarkSimulation]) -> dict[str, Any]:
    alone, best = found.single_stage, found.optimal
    return {
        "p0": found.trial.p0,
        "p1": found.trial.p1,
        "landmark": found.trial.landmark,
        "alpha": found.errors.alpha,
        "power": 1 - found.errors.beta,
        "binding": found.errors.binding,
        "minimise": found.minimise,
        "optimal": next(
            row for row in found.to_frame().to_dicts() if row["patients"] == best.patients
        ),
        "single_stage": {
            "patients": alone.patients,
            "power": alone.power,
            "study_length": alone.study_length,
            "accrual_time": alone.accrual_time,
            "exact_patients": alone.exact_patients,
            "exact_bound": alone.exact_bound,
        },
        "designs": found.to_frame().to_dicts(),
        "simulated": [one.to_frame().row(0, named=True) for one in simulated],
    }
