"""``trialwright design bop2``: Bayesian optimal phase II designs, for one outcome or two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from trialwright.cli.design.reading import (
    check_within,
    read_prior,
    read_rates,
    read_whole_numbers,
)
from trialwright.cli.design.show import (
    Alpha,
    AlternativeRate,
    Json,
    NullRate,
    Plot,
    ProtocolText,
    Shown,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.bop2.binary import Bop2Design, Bop2Search
    from trialwright.design.bop2.outcomes import TwoOutcomes
    from trialwright.design.bop2.pair import Bop2PairDesign, Bop2PairSearch, Control
    from trialwright.design.joint.rule import JointRate

__all__ = ["Path", "bop2"]

_COLUMNS = (
    "sought over", "lambda", "gamma", "stop if at most (patients)", "type I error", "power",
    "stops early at p0", "expected at p0", "expected at p1",
)  # fmt: skip
_PAIR_COLUMNS = (
    "sought over", "lambda", "gamma", "first: stop (patients)", "second: stop (patients)",
    "type I error", "power", "stops early, null", "expected, null",
)  # fmt: skip
Kind = Literal["nested", "co-primary", "toxicity"]
_RATES = 2


def bop2(
    p0: NullRate,
    p1: AlternativeRate,
    looks: Annotated[
        str, typer.Option(help="Patients at each look: '10,20,30,40'; the last is the size.")
    ],
    alpha: Alpha = 0.10,
    prior: Annotated[
        str | None, typer.Option(help="Beta prior 'a,b' of one outcome; 'p0,1-p0' unless said.")
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Two outcomes; p0 and p1 are those of the first (nested: the inner)."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(help="With --kind: rates of the second outcome, 'null,alternative'."),
    ] = None,
    odds_ratio: Annotated[
        float, typer.Option(help="With --kind: association of the two; 1: independent.")
    ] = 1.0,
    every_null: Annotated[
        bool,
        typer.Option(
            "--every-null", help="With toxicity: keep alpha where only one outcome fails, too."
        ),
    ] = False,
    lambda_: Annotated[
        float | None, typer.Option("--lambda", help="Judge this pair, with --gamma; no search.")
    ] = None,
    gamma: Annotated[float | None, typer.Option(help="With --lambda.")] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find or judge a BOP2 design: stop if P(rate > p0) < lambda (n / N) ^ gamma.

    lambda and gamma are sought for the largest power within alpha, exactly: over every pair, and
    over the usual grid beside it.
    """
    sizes = read_whole_numbers("--looks", looks)
    if (lambda_ is None) != (gamma is None):
        msg = "give --lambda and --gamma together, or neither to search"
        raise typer.BadParameter(msg)
    pair = None
    if lambda_ is not None and gamma is not None:
        pair = (check_within("--lambda", lambda_), gamma)
    if kind is None:
        if second is not None or every_null:
            msg = "--second and --every-null belong to two outcomes: add --kind"
            raise typer.BadParameter(msg)
        shown = _one(p0, p1, sizes, alpha, prior, pair)
    else:
        if prior is not None:
            msg = "--prior is of one outcome; with --kind the null weighs as much as one patient"
            raise typer.BadParameter(msg)
        outcomes = _outcomes(kind, (p0, p1), second, odds_ratio)
        shown = _two(outcomes, sizes, alpha, pair, "every null" if every_null else "the null")
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _outcomes(
    kind: Kind, first: tuple[float, float], second: str | None, odds_ratio: float
) -> TwoOutcomes:
    from trialwright.design.bop2.outcomes import TwoOutcomes

    rates = () if second is None else read_rates("--second", second)
    if len(rates) != _RATES:
        msg = f"--kind {kind} needs --second 'null,alternative', such as 0.30,0.20"
        raise typer.BadParameter(msg)
    other = (rates[0], rates[1])
    if kind == "nested":
        return TwoOutcomes.nested(first, other)
    if kind == "co-primary":
        return TwoOutcomes.co_primary(first, other, odds_ratio=odds_ratio)
    return TwoOutcomes.efficacy_toxicity(first, other, odds_ratio=odds_ratio)


def _one(
    p0: float,
    p1: float,
    looks: tuple[int, ...],
    alpha: float,
    prior: str | None,
    pair: tuple[float, float] | None,
) -> Shown:
    from trialwright.design.bop2.binary import Bop2Design, find_bop2
    from trialwright.report.design.bop2_panels import panels_of_boundaries
    from trialwright.report.design.words_bop2 import word_bop2

    belief = read_prior(prior)
    if pair is None:
        found = find_bop2(p0, p1, looks, alpha=alpha, prior=belief)
        search: Bop2Search | None = found
        designs, best = found.designs(), found.best
    else:
        search, best = None, Bop2Design(p0, p1, looks, *pair, belief)
        designs = [("given", best)]
    return Shown(
        f"BOP2: {p0:g} against {p1:g}, looks at {', '.join(map(str, looks))}, prior {best.belief}",
        _COLUMNS,
        [_row(*each) for each in designs],
        {
            "p0": p0,
            "p1": p1,
            "alpha": None if search is None else alpha,
            "designs": _content(designs),
        },
        lambda: word_bop2(best, search=search),
        lambda: panels_of_boundaries(best.boundaries, p0, p1),
        _notes(designs),
    )


def _two(
    outcomes: TwoOutcomes,
    looks: tuple[int, ...],
    alpha: float,
    pair: tuple[float, float] | None,
    control: Control,
) -> Shown:
    from trialwright.design.bop2.pair import Bop2PairDesign, find_bop2_pair
    from trialwright.report.design.bop2_panels import panels_of_pair
    from trialwright.report.design.words_bop2 import name_outcomes, word_bop2_pair

    if pair is None:
        found = find_bop2_pair(outcomes, looks, alpha=alpha, control=control)
        search: Bop2PairSearch | None = found
        designs, best = found.designs(), found.best
    else:
        search, best = None, Bop2PairDesign(outcomes, looks, *pair)
        designs = [("given", best)]
    rates = {"null": outcomes.null, "alternative": outcomes.alternative}
    cells = {name: _cells(rate) for name, rate in rates.items()}
    return Shown(
        f"BOP2, {outcomes.kind}: looks at {', '.join(map(str, looks))}",
        _PAIR_COLUMNS,
        [_pair_row(*each) for each in designs],
        {
            "kind": outcomes.kind,
            **cells,
            "alpha": None if search is None else alpha,
            "designs": _content(designs),
        },
        lambda: word_bop2_pair(best, search=search),
        lambda: panels_of_pair(best, name_outcomes(outcomes.kind)),
        _pair_notes(best),
    )


def _cells(rate: JointRate) -> dict[str, float]:
    return {"first": rate.first, "second": rate.second, "both": rate.both}


def _content(
    designs: Sequence[tuple[str, Bop2Design]] | Sequence[tuple[str, Bop2PairDesign]],
) -> list[dict[str, Any]]:
    return [{"sought": where, **design.figures()} for where, design in designs]


def _row(where: str, design: Bop2Design) -> tuple[str, ...]:
    bounds = design.boundaries
    found = bounds.characteristics([design.p0, design.p1])
    figures = (found.probability_high[0], found.probability_high[1])
    return (
        where,
        f"{design.lambda_:g}",
        f"{design.gamma:g}",
        _stops(bounds.looks, bounds.stop_at_most),
        *(f"{value:.4f}" for value in (*figures, found.probability_early_stop[0])),
        *(f"{value:.2f}" for value in found.expected_patients),
    )


def _pair_row(where: str, design: Bop2PairDesign) -> tuple[str, ...]:
    found, rule = design.scenarios(), design.rule
    null, alternative = found["null"], found["alternative"]
    first, second = rule.first.boundaries, rule.second.boundaries
    figures = (
        null.probability_success,
        alternative.probability_success,
        null.probability_early_stop,
    )
    return (
        where,
        f"{design.lambda_:g}",
        f"{design.gamma:g}",
        "≤ " + _stops(first.looks, first.stop_at_most),
        "≤ " + _stops(second.looks, second.stop_at_most)
        if rule.second.bad == "low"
        else "≥ " + _stops(second.looks, second.stop_at_least),
        *(f"{value:.4f}" for value in figures),
        f"{null.expected_patients:.2f}",
    )


def _stops(looks: Sequence[int], bounds: Sequence[int | None]) -> str:
    pairs = zip(looks, bounds, strict=True)
    return " ".join(f"{'-' if bound is None else bound}/{look}" for look, bound in pairs)


def _pair_notes(design: Bop2PairDesign) -> list[str]:
    joined = "both outcomes say so" if design.rule.stop_when == "both" else "either outcome says so"
    return [
        f"The trial stops where {joined}, and succeeds if nothing stops it.",
        *(
            f"{name}: success {found.probability_success:.4f}, stops early "
            f"{found.probability_early_stop:.4f}, expects {found.expected_patients:.2f} patients"
            for name, found in design.scenarios().items()
        ),
    ]


def _notes(designs: Sequence[tuple[str, Bop2Design]]) -> list[str]:
    if len(designs) == 1:
        return []
    gained = designs[0][1].power - designs[1][1].power
    return [f"Leaving the grid gains {100 * gained:.2f} percentage points of power."]
