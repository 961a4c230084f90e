"""``trialwright design bryant-day``: two stages that watch response and toxicity together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.show import (
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
    from collections.abc import Sequence

    from trialwright.design.bryant_day.search import BryantDayDesign, BryantDaySearch
    from trialwright.report.design import Panel

__all__ = ["Path", "bryant_day"]

_COLUMNS = (
    "design", "n1", "stop: respond", "toxic", "n", "fail: respond", "toxic", "type I response",
    "type I toxicity", "power", "expected",
)  # fmt: skip


def bryant_day(
    p0: NullRate,
    p1: AlternativeRate,
    unacceptable: Annotated[float, typer.Option(help="Toxicity rate that is unacceptable.")],
    acceptable: Annotated[float, typer.Option(help="Toxicity rate that is acceptable.")],
    alpha_response: Annotated[
        float, typer.Option(help="Chance to recommend at p0 with acceptable toxicity, at most.")
    ] = 0.10,
    alpha_toxicity: Annotated[
        float, typer.Option(help="Chance to recommend at unacceptable toxicity and p1, at most.")
    ] = 0.10,
    power: Power = 0.80,
    odds_ratio: Annotated[
        str,
        typer.Option(
            help="Between response and toxicity: '1' (independent), another number, a range "
            "'0.5,2', or 'any': the errors then hold at every one of them."
        ),
    ] = "1",
    choose: Annotated[
        str, typer.Option(help="Which design to draw and to word: optimal or minimax.")
    ] = "optimal",
    most_patients: MostPatients = 100,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the optimal, minimax and admissible designs for response and toxicity, exactly.

    Stop if at most r1 of the first n1 patients respond or at least t1 have toxicity; recommend the
    treatment if more than r of all n respond and fewer than t have toxicity.
    """
    from trialwright.design.bryant_day.search import find_bryant_day

    if choose not in {"optimal", "minimax"}:
        msg = f"--choose must be optimal or minimax, not {choose!r}"
        raise typer.BadParameter(msg)
    found = find_bryant_day(
        (p0, p1),
        (unacceptable, acceptable),
        alpha=(alpha_response, alpha_toxicity),
        power=power,
        odds_ratio=_read_odds_ratio(odds_ratio),
        most_patients=most_patients,
    )
    chosen = found.minimax if choose == "minimax" else found.optimal
    show(_shown(found, chosen), json=json, plot=plot, protocol_text=protocol_text)


def _read_odds_ratio(text: str) -> tuple[float, float]:
    if text.strip() == "any":
        return 0.0, float("inf")
    try:
        low, *high = (float(part) for part in text.split(","))
        (last,) = high or [low]
    except ValueError:
        msg = f"--odds-ratio must be a number, two with a comma, or 'any', not {text!r}"
        raise typer.BadParameter(msg) from None
    return low, last


def _shown(found: BryantDaySearch, chosen: BryantDayDesign) -> Shown:
    from trialwright.report.design.words_bryant_day import word_bryant_day

    (p0, p1), (q0, q1), (low, high) = found.response, found.toxicity, found.odds_ratio
    title = (
        f"Response {p0:g} against {p1:g}, toxicity {q0:g} against {q1:g}: type I errors at most "
        f"{found.alpha[0]:g} and {found.alpha[1]:g}, power at least {found.power:g}"
    )
    content: dict[str, Any] = {
        "response": list(found.response),
        "toxicity": list(found.toxicity),
        "alpha": list(found.alpha),
        "power": found.power,
        "odds_ratio": [_finite(low), _finite(high)],
        "most_patients": found.most_patients,
        "proven": found.proven,
        "chosen": str(chosen),
        "designs": found.to_frame().to_dicts(),
    }
    return Shown(
        title,
        _COLUMNS,
        [_row(found, design) for design in found.admissible],
        content,
        lambda: word_bryant_day(found, chosen),
        lambda: _panels(found, chosen),
        _notes(found),
    )


def _finite(odds_ratio: float) -> float | str:
    """Return a number that JSON can hold: it has no infinity."""
    return "inf" if odds_ratio == float("inf") else odds_ratio


def _notes(found: BryantDaySearch) -> tuple[str, ...]:
    low, high = found.odds_ratio
    expected = "expected: the larger of the numbers at p0 and at unacceptable toxicity"
    if low != high:
        expected += f"; all at the worst odds ratio from {low:g} to {high:g}"
    proof = (
        "No larger trial has a smaller expected number."
        if found.proven
        else f"A trial of more than {found.most_patients} patients may expect fewer: raise "
        "--most-patients."
    )
    return (f"{expected}.", proof)


def _row(found: BryantDaySearch, design: BryantDayDesign) -> tuple[str, ...]:
    attained = found.attained(design)
    return (
        found.names(design),
        str(design.n1),
        f"<= {design.r1}",
        f">= {design.t1}",
        str(design.n),
        f"<= {design.r}",
        f">= {design.t}",
        f"{attained.type1_response:.4f}",
        f"{attained.type1_toxicity:.4f}",
        f"{attained.power:.4f}",
        f"{attained.expected_patients:.2f}",
    )


def _panels(found: BryantDaySearch, chosen: BryantDayDesign) -> Sequence[Panel]:
    from trialwright.report.design.bryant_day_panels import panels_of_bryant_day

    return panels_of_bryant_day(found, chosen)
