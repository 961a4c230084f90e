"""A response design with a toxicity rule in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_rate
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
        f"At most {most} patients are enrolled. Response is judged after "
        f"{_list(_looks(found.response, 'low'))} of them; toxicity is judged after "
        f"{_list(_looks(found.toxicity, 'high'))}, and either ends the trial [1]: enrolment stops "
        f"if {_list(_bounds(found.response, 'low'), 'or')} respond, or if "
        f"{_list(_bounds(found.toxicity, 'high'), 'or')} have toxicity. A trial that nothing ended "
        f"declares activity with acceptable toxicity. {' '.join(map(_corner, corners))} "
        f"{_association(found.rows)}"
    )
    return Wording(protocol, _grant(found, corners), (RAY_RAI, PLACKETT))


def _looks(rule: Boundaries, bad: str) -> list[str]:
    return [str(look) for look, bound in _bad(rule, bad) if bound is not None]


def _bounds(rule: Boundaries, bad: str) -> list[str]:
    words = "at most" if bad == "low" else "at least"
    return [f"{words} {bound} of {look}" for look, bound in _bad(rule, bad) if bound is not None]


def _bad(rule: Boundaries, bad: str) -> list[tuple[int, int | None]]:
    bounds = rule.stop_at_most if bad == "low" else rule.stop_at_least
    return list(zip(rule.looks, bounds, strict=True))


def _list(parts: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else parts[0]


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
        f"{row.declares_activity:.4f} (the response design alone: {row.response_alone:.4f}; the "
        f"toxicity rule takes {taken:.4f}), ends for too few responses with probability "
        f"{row.stops_for_response:.4f}, for toxicity with {row.stops_for_toxicity:.4f}, for both "
        f"at one look with {row.stops_for_both:.4f}, stops early with {row.early_stop:.4f} and "
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
    return (
        f"At most {found.response.most_patients} patients are enrolled; the trial stops if "
        f"{_list(_bounds(found.response, 'low'), 'or')} respond, or if "
        f"{_list(_bounds(found.toxicity, 'high'), 'or')} have toxicity. With a toxicity rate of "
        f"{say_rate(best.toxicity_rate)} the exact chance to declare activity is "
        f"{worst.declares_activity:.3f} at a response rate of {say_rate(worst.response_rate)} and "
        f"{best.declares_activity:.3f} at {say_rate(best.response_rate)} "
        f"({worst.response_alone:.3f} and {best.response_alone:.3f} without the toxicity rule)."
    )
