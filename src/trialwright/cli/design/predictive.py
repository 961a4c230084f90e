"""``trialwright design predictive``: Lee and Liu's design by predictive probability."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from trialwright.cli.design.reading import read_prior
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
    bounds_content,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.predictive.design import PredictiveDesign
    from trialwright.design.predictive.search import PredictiveSearch
    from trialwright.report.design import Panel

__all__ = ["Path", "predictive"]

Aim = Literal["size then power", "size then expected", "expected"]


def predictive(
    p0: NullRate,
    p1: AlternativeRate,
    alpha: Alpha = 0.10,
    power: Power = 0.90,
    aim: Annotated[
        Aim,
        typer.Option(help="What to make best: the size, then what; or the expected size of all."),
    ] = "size then power",
    most_patients: MostPatients = 60,
    first_look: Annotated[int, typer.Option(help="Patients at the first look.")] = 10,
    every: Annotated[int, typer.Option(help="Look after each further N patients.")] = 1,
    theta_u: Annotated[float, typer.Option(help="Stop for efficacy above this; 1: never.")] = 1.0,
    least_theta_l: Annotated[
        float, typer.Option(help="Least futility threshold of the search.")
    ] = 0.001,
    prior: Annotated[
        str | None, typer.Option(help="Beta prior 'a,b'; 'p0,1-p0' unless said.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(help="Judge this size, with --theta-l and --theta-t; no search.")
    ] = None,
    theta_l: Annotated[float | None, typer.Option(help="Stop for futility below this.")] = None,
    theta_t: Annotated[
        float | None, typer.Option(help="Success at the end above this posterior probability.")
    ] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find or judge a design that stops where success at the end has become improbable."""
    from trialwright.design.predictive.design import Monitoring, PredictiveDesign
    from trialwright.design.predictive.search import find_predictive

    belief = read_prior(prior)
    plan = Monitoring(
        first_look=first_look,
        every=every,
        most_patients=most_patients,
        least_theta_l=least_theta_l,
        theta_u=theta_u,
        prior=belief,
    )
    given = (patients, theta_l, theta_t)
    if patients is None or theta_l is None or theta_t is None:
        if any(value is not None for value in given):
            msg = "give --patients, --theta-l and --theta-t together, or none of them to search"
            raise typer.BadParameter(msg)
        search = find_predictive(
            p0,
            p1,
            alpha=alpha,
            power=power,
            aim=aim,
            monitoring=plan,
        )
        shown = _shown(search.best, search)
    else:
        looks = plan.looks(patients)
        shown = _shown(PredictiveDesign(p0, p1, looks, theta_l, theta_t, theta_u, belief), None)
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _shown(design: PredictiveDesign, search: PredictiveSearch | None) -> Shown:
    from trialwright.report.design.words_predictive import word_predictive

    bounds = design.boundaries
    found = bounds.characteristics([design.p0, design.p1])
    title = (
        f"Predictive probability: {design.p0:g} against {design.p1:g}, at most "
        f"{bounds.most_patients} patients, prior {design.belief}"
    )
    thresholds = (
        f"theta_L {design.theta_l:g}, theta_T {design.theta_t:g}, theta_U {design.theta_u:g}"
    )
    notes = [thresholds, *_intervals(search)]
    notes += [
        f"at {rate:g}: activity declared {found.probability_high[i]:.4f}, stops early "
        f"{found.probability_early_stop[i]:.4f}, expects {found.expected_patients[i]:.2f} patients"
        for i, rate in enumerate((design.p0, design.p1))
    ]
    return Shown(
        title,
        ("patients", "stop if at most", "stop if at least"),
        [tuple("" if part is None else str(part) for part in step) for step in bounds.steps()],
        _content(design, search),
        lambda: word_predictive(design, search=search),
        lambda: _panels(design),
        notes,
    )


def _intervals(search: PredictiveSearch | None) -> list[str]:
    if search is None:
        return []
    (l_from, l_to), (t_from, t_to) = search.theta_l, search.theta_t
    same = (
        f"The same design: theta_L between {l_from:.4g} and {l_to:.4g}, theta_T between "
        f"{t_from:.4g} and {t_to:.4g}"
    )
    return [same]


def _content(design: PredictiveDesign, search: PredictiveSearch | None) -> dict[str, Any]:
    bounds = design.boundaries
    found = bounds.characteristics([design.p0, design.p1])
    content: dict[str, Any] = {
        "p0": design.p0,
        "p1": design.p1,
        "prior": [design.belief.a, design.belief.b],
        "theta_l": design.theta_l,
        "theta_t": design.theta_t,
        "theta_u": design.theta_u,
        **bounds_content(bounds),
        "type_one_error": float(found.probability_high[0]),
        "power": float(found.probability_high[1]),
        "early_stop": found.probability_early_stop.tolist(),
        "expected_patients": found.expected_patients.tolist(),
    }
    if search is not None:
        content["search"] = {
            "alpha": search.alpha,
            "power": search.power,
            "aim": search.aim,
            "theta_l": list(search.theta_l),
            "theta_t": list(search.theta_t),
        }
    return content


def _panels(design: PredictiveDesign) -> Sequence[Panel]:
    from trialwright.report.design.bop2_panels import panels_of_boundaries

    return panels_of_boundaries(design.boundaries, design.p0, design.p1)
