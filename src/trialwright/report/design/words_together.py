"""A response design with a toxicity rule in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    join_words,
    say_at_most,
    say_chance,
    say_enrolled,
    say_rate,
)
from trialwright.report.design.words_bryant_day import PLACKETT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.boundaries import Boundaries
    from trialwright.design.joint.together import Together, TogetherRow

RAY_RAI = (
    "Ray HE, Rai SN. An evaluation of a Simon 2-stage phase II clinical trial design incorporating "
    "toxicity monitoring. Contemp Clin Trials 2011;32:428-436."
)


def word_together(found: Together) -> Wording:
    """Return the paragraphs of a response design and a toxicity rule in one trial.

    The lowest and the highest response rate of the grid are taken at its lowest and highest
    toxicity rate, at the odds ratio nearest to 1.

    Parameters
    ----------
    found : Together
        The two rules, judged.
    """
    corners = _corners(found.rows)
    most = found.response.most_patients
    protocol = (
        f"At most {say_enrolled(most)}. Response is judged after {_after(found.response, 'low')}; "
        f"toxicity is judged after {_after(found.toxicity, 'high')}, and either ends the trial "
        f"[1]: enrolment stops if {join_words(_bounds(found.response, 'low'), 'or')} respond, or "
        f"if {join_words(_bounds(found.toxicity, 'high'), 'or')} have toxicity. A trial that "
        "nothing ended declares activity with acceptable toxicity. "
        f"{' '.join(map(_corner, corners))} {_association(found.rows)}"
    )
    return Wording(protocol, _grant(found, corners), (RAY_RAI, PLACKETT))


def _after(rule: Boundaries, bad: str) -> str:
    """Say after how many patients a rule looks; a look at the end alone is after all of them."""
    looks = [look for look, bound in _bad(rule, bad) if bound is not None]
    if looks == [rule.most_patients]:
        return "all of them" if bad == "low" else "all"
    return f"{join_words([str(look) for look in looks])}{' of them' if bad == 'low' else ''}"


def _bounds(rule: Boundaries, bad: str) -> list[str]:
    words = say_at_most if bad == "low" else "at least {}".format
    return [f"{words(bound)} of {look}" for look, bound in _bad(rule, bad) if bound is not None]


def _bad(rule: Boundaries, bad: str) -> list[tuple[int, int | None]]:
    bounds = rule.stop_at_most if bad == "low" else rule.stop_at_least
    return list(zip(rule.looks, bounds, strict=True))


def _corners(rows: Sequence[TogetherRow]) -> list[TogetherRow]:
    """Return the rows of the lowest and highest rates, at the odds ratio nearest to 1."""
    ratio = min({row.odds_ratio for row in rows}, key=lambda x: (max(x, 1 / x if x else 1e9), x))
    kept = [row for row in rows if row.odds_ratio == ratio]
    ends = [
        {min(getattr(row, name) for row in kept), max(getattr(row, name) for row in kept)}
        for name in ("response_rate", "toxicity_rate")
    ]
    chosen = [row for row in kept if row.response_rate in ends[0] and row.toxicity_rate in ends[1]]
    return list(dict.fromkeys(chosen))


def _corner(row: TogetherRow) -> str:
    taken = row.taken_by_toxicity
    return (
        f"At true rates of {say_rate(row.response_rate)} for response and "
        f"{say_rate(row.toxicity_rate)} for toxicity it does so with probability "
        f"{say_chance(row.declares_activity)} (the response design alone: "
        f"{say_chance(row.response_alone)}; the toxicity rule takes {taken:.4f}), ends for too few "
        f"responses with probability {say_chance(row.stops_for_response)}, for toxicity with "
        f"{say_chance(row.stops_for_toxicity)}, for both at one look with "
        f"{say_chance(row.stops_for_both)}, stops early with {say_chance(row.early_stop)} and "
        f"enrols {row.expected_patients:.1f} patients on average."
    )


def _association(rows: Sequence[TogetherRow]) -> str:
    ratios = sorted({row.odds_ratio for row in rows})
    if ratios == [1]:
        return "Response and toxicity of a patient are taken to be independent (odds ratio 1 [2])."
    used = _corners(rows)[0].odds_ratio
    said = f"The odds ratio between response and toxicity of a patient is taken as {used:g} [2]"
    if len(ratios) == 1:
        return f"{said}."
    widest = max(_spread(rows))
    return (
        f"{said}; over odds ratios from {ratios[0]:g} to {ratios[-1]:g} no chance to declare "
        f"activity changes by more than {widest:.4f}."
    )


def _spread(rows: Sequence[TogetherRow]) -> list[float]:
    """Return how far the chance to declare activity moves with the odds ratio, a pair of rates."""
    by_rates: dict[tuple[float, float], list[float]] = {}
    for row in rows:
        by_rates.setdefault((row.response_rate, row.toxicity_rate), []).append(
            row.declares_activity
        )
    return [max(chances) - min(chances) for chances in by_rates.values()]


def _grant(found: Together, corners: Sequence[TogetherRow]) -> str:
    best = max(corners, key=lambda row: (row.response_rate, -row.toxicity_rate))
    worst = min(corners, key=lambda row: (row.response_rate, row.toxicity_rate))
    shown = [worst] if worst == best else [worst, best]
    first, *others = [
        (say_chance(row.declares_activity, 3), say_rate(row.response_rate)) for row in shown
    ]
    alone = join_words([say_chance(row.response_alone, 3) for row in shown])
    return (
        f"At most {say_enrolled(found.response.most_patients)}; the trial stops if "
        f"{join_words(_bounds(found.response, 'low'), 'or')} respond, or if "
        f"{join_words(_bounds(found.toxicity, 'high'), 'or')} have toxicity. With a toxicity rate "
        f"of {say_rate(best.toxicity_rate)} the exact chance to declare activity is {first[0]} at "
        "a response rate of "
        f"{first[1]}{''.join(f' and {chance} at {rate}' for chance, rate in others)} ({alone} "
        "without the toxicity rule)."
    )
