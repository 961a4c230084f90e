"""The best pair (lambda, gamma): on a grid, and of every pair there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from trialwright.design.bop2.frontier import walk
from trialwright.design.checks import ROUNDING, SAME_SIZE
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.design.bop2.judging import Judge
    from trialwright.design.bop2.ladders import Ladders, Levels

    Pair = tuple[float, float]


def _hundredths(first: int, beyond: int, by: int) -> tuple[float, ...]:
    return tuple(step / 100 for step in range(first, beyond, by))


@dataclass(frozen=True, slots=True)
class Bop2Grid:
    """The pairs (lambda, gamma) that a search on a grid tries.

    Parameters
    ----------
    lambdas : sequence of float
        In (0, 1), ascending; 0.50 to 0.99 by 0.01 unless told otherwise.
    gammas : sequence of float
        0 or more, ascending; 0 to 1 by 0.05 unless told otherwise. The largest also bounds the
        search of every pair.

    Raises
    ------
    DesignError
        If a sequence is empty, does not ascend, or leaves its range.
    """

    lambdas: Sequence[float] = field(default_factory=lambda: _hundredths(50, 100, 1))
    gammas: Sequence[float] = field(default_factory=lambda: _hundredths(0, 101, 5))

    def __post_init__(self) -> None:
        """Refuse a grid that no search can go over."""
        for name, most in (("lambdas", 1.0), ("gammas", float("inf"))):
            values = tuple(float(value) for value in getattr(self, name))
            inside = all(0 <= value < most for value in values) and (
                name != "lambdas" or 0 not in values
            )
            if not values or not inside or list(values) != sorted(set(values)):
                allowed = "between 0 and 1" if name == "lambdas" else "0 or more"
                msg = f"{name} of the grid must be {allowed} and ascend, not {list(values)}"
                raise DesignError(msg)
            object.__setattr__(self, name, values)

    @property
    def most_gamma(self) -> float:
        """Largest gamma."""
        return self.gammas[-1]


def best_pairs(
    ladders: Ladders, judge: Judge, alpha: float, grid: Bop2Grid
) -> tuple[Pair, Pair | None]:
    """Return the best pair of every one there is, and the best of a grid.

    Parameters
    ----------
    ladders : Ladders
        What a pair can do to the looks of the trial.
    judge : Judge
        Says what that does to error, power and expected patients.
    alpha : float
        Type I error, at most (inclusive), in (0, 1).
    grid : Bop2Grid
        The grid; its largest gamma bounds both searches.

    Raises
    ------
    DesignError
        If no pair keeps the error with any power; the message says how near one comes.
    """
    best = _best_of_all(ladders, judge, alpha, grid.most_gamma)
    if best is None:
        raise _refuse_unreachable(ladders, judge, alpha, grid.most_gamma)
    return best, _best_on_grid(ladders, judge, alpha, grid)


def _best_on_grid(ladders: Ladders, judge: Judge, alpha: float, grid: Bop2Grid) -> Pair | None:
    """Return the pair of a grid with the largest power; none if no pair keeps the error.

    Of equal powers the smallest expected size under the null; of those the first by lambda, then
    by gamma. Error and power fall as lambda grows, so for each gamma the smallest lambda that keeps
    the error has the largest power, and only those tied with it come after.
    """
    found: list[tuple[Pair, Levels]] = []
    for gamma in grid.gammas:
        power = 0.0
        for lambda_ in grid.lambdas[_first_within(ladders, judge, alpha, gamma, grid) :]:
            levels = ladders.levels(lambda_, gamma)
            power = max(power, judge.power(levels))
            if judge.power(levels) < power - ROUNDING:
                break
            found.append(((lambda_, gamma), levels))
    if not found:
        return None
    best = _best((levels for _, levels in found), judge)
    return min(pair for pair, levels in found if _ties(judge, levels, best))


def _best_of_all(ladders: Ladders, judge: Judge, alpha: float, most_gamma: float) -> Pair | None:
    """Return the pair with the largest power of every lambda in (0, 1) and gamma up to the most.

    Of equal powers the smallest expected size under the null; of those the first met as gamma
    grows. None if no pair with any power keeps the error.
    """
    kept = walk(ladders, most_gamma, lambda levels: _keeps(judge, alpha, levels)).above
    for power in _powers(kept, judge):
        losing = partial(_loses, judge, power)
        # Stopping more does not raise the power, but may save patients: the cells of equal power
        # and most stopping lie just below the curve where power is lost.
        ways = dict.fromkeys([*kept, *walk(ladders, most_gamma, losing).below])
        tied = [levels for levels in ways if not losing(levels) and _keeps(judge, alpha, levels)]
        for levels in sorted(tied, key=lambda levels: round(judge.expected(levels), 9)):
            pair = ladders.round_pair(levels, most_gamma)
            if pair is not None:
                return pair
    return None


def _keeps(judge: Judge, alpha: float, levels: Levels) -> bool:
    return judge.type_one_error(levels) <= alpha + ROUNDING


def _loses(judge: Judge, power: float, levels: Levels) -> bool:
    return judge.power(levels) < power - ROUNDING


def _powers(kept: list[Levels], judge: Judge) -> list[float]:
    """Return the powers found, the largest first, without those of nothing."""
    powers = {judge.power(levels) for levels in kept}
    return sorted((power for power in powers if power > ROUNDING), reverse=True)


def _first_within(
    ladders: Ladders, judge: Judge, alpha: float, gamma: float, grid: Bop2Grid
) -> int:
    """Return the position of the first lambda that keeps the error, or one beyond the last."""
    fails, works = -1, len(grid.lambdas)
    while works - fails > 1:
        middle = (fails + works) // 2
        if _keeps(judge, alpha, ladders.levels(grid.lambdas[middle], gamma)):
            works = middle
        else:
            fails = middle
    return works


def _best(ways: Iterable[Levels], judge: Judge) -> Levels:
    ways = list(ways)
    power = max(judge.power(levels) for levels in ways)
    tied = [levels for levels in ways if judge.power(levels) >= power - ROUNDING]
    return min(tied, key=judge.expected)


def _ties(judge: Judge, levels: Levels, best: Levels) -> bool:
    if judge.power(levels) < judge.power(best) - ROUNDING:
        return False
    return judge.expected(levels) <= judge.expected(best) + SAME_SIZE


def _refuse_unreachable(
    ladders: Ladders, judge: Judge, alpha: float, most_gamma: float
) -> DesignError:
    """Return the error that says how near the nearest pair with any power comes."""
    hopeless = walk(ladders, most_gamma, lambda levels: judge.power(levels) <= ROUNDING)
    nearest = min(judge.type_one_error(levels) for levels in hopeless.below)
    return DesignError(
        f"no pair (lambda, gamma) keeps the type I error within {alpha:g} with any power: of "
        f"{ladders.looks[-1]} patients the strictest rule that can succeed reaches {nearest:.3g}; "
        "allow a larger type I error or plan more patients"
    )
