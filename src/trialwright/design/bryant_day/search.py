"""Find Bryant and Day's two-stage designs: optimal, minimax, admissible.

The optimal design makes the larger of two expected numbers of patients, with poor response and
with unacceptable toxicity, as small as it can be; the minimax design the largest number. Between
the two lie the admissible ones.

Sources
-------
Bryant J, Day R. Incorporating toxicity considerations into the design of two-stage phase II
clinical trials. Biometrics 1995; 51: 1372-1383.
Jung SH, Lee T, Kim KM, George SL. Admissible two-stage designs for phase II cancer clinical
trials. Stat Med 2004; 23: 561-569.
Oracle: exhaustive search, ``tests/oracle/design/test_bryant_day_oracle.py``; brute force through
`JointRule` on small sizes, ``tests/property/test_bryant_day_laws.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from trialwright.design.admissible import find_admissible
from trialwright.design.bryant_day.grid import Problem, Search
from trialwright.design.bryant_day.judged import BryantDayDesign, BryantDayErrors
from trialwright.design.checks import check_hypotheses, check_number, check_probability
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from trialwright.design.bryant_day.grid import Bounds

__all__ = ["BryantDayDesign", "BryantDayErrors", "BryantDaySearch", "find_bryant_day"]

MOST_SEARCHED = 200  # beyond it the grids of both counts fill the memory
_SIZES_LOOKED_AT = 8  # power is a saw-tooth in n: the last size need not be the nearest
_POWER_STEPS = 13


@dataclass(frozen=True, slots=True)
class BryantDaySearch:
    """The best design of every largest size, and the inputs it was found with.

    Parameters
    ----------
    response : tuple of float
        Response rate of no interest and rate worth pursuing.
    toxicity : tuple of float
        Unacceptable and acceptable toxicity rate.
    alpha : tuple of float
        Type I error asked for: of response, of toxicity.
    power : float
        Power asked for.
    odds_ratio : tuple of float
        Lowest and highest odds ratio between response and toxicity that all this must hold for.
    most_patients : int
        Largest size that the search could look at.
    frontier : tuple of BryantDayDesign
        The design with the smallest expected number of each largest size that has one, ascending.
    expected_patients : tuple of float
        Of each of these, the larger of the two expected numbers.
    proven : bool
        Whether no larger size, however large, can have a smaller expected number than `optimal`;
        the search ends at the size from which this is known.
    """

    response: tuple[float, float]
    toxicity: tuple[float, float]
    alpha: tuple[float, float]
    power: float
    odds_ratio: tuple[float, float]
    most_patients: int
    frontier: tuple[BryantDayDesign, ...]
    expected_patients: tuple[float, ...]
    proven: bool

    @property
    def optimal(self) -> BryantDayDesign:
        """The design with the smallest expected number; of several, the smallest one."""
        return self.frontier[self.expected_patients.index(min(self.expected_patients))]

    @property
    def minimax(self) -> BryantDayDesign:
        """The design with the smallest largest size."""
        return self.frontier[0]

    @property
    def admissible(self) -> tuple[BryantDayDesign, ...]:
        """Designs that are best for some weight of largest against expected size (Jung 2004).

        From minimax to optimal, both included.
        """
        points = list(zip((one.n for one in self.frontier), self.expected_patients, strict=True))
        return tuple(self.frontier[one.place] for one in find_admissible(points))

    def attained(self, design: BryantDayDesign) -> BryantDayErrors:
        """Return the errors and sizes of a design at these hypotheses.

        At the worst of the odds ratios: both type I errors and the expected numbers are largest,
        and the chances to stop early smallest, at the lowest odds ratio between response and
        toxicity; the power is smallest at the highest.
        """
        (p0, p1), (q0, q1), (low, high) = self.response, self.toxicity, self.odds_ratio
        poor = design.characteristics(p0, q1, odds_ratio=low)
        toxic = design.characteristics(p1, q0, odds_ratio=low)
        good = design.characteristics(p1, q1, odds_ratio=high)
        return BryantDayErrors(
            poor.probability_success,
            toxic.probability_success,
            good.probability_success,
            poor.probability_early_stop,
            toxic.probability_early_stop,
            poor.expected_patients,
            toxic.expected_patients,
        )

    def names(self, design: BryantDayDesign) -> str:
        """Return what a design of the frontier is called: optimal, minimax, admissible."""
        called = [("optimal", (self.optimal,)), ("minimax", (self.minimax,))]
        found = [name for name, designs in called if design in designs]
        return ", ".join(found or ["admissible"] * (design in self.admissible))

    def to_frame(self) -> pl.DataFrame:
        """Return one row a design of the frontier: bounds, errors, sizes, and its names."""
        import polars as pl

        return pl.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, float | str]]:
        for design in self.frontier:
            attained = self.attained(design)
            fields = BryantDayErrors.__dataclass_fields__
            yield {
                **{key: getattr(design, key) for key in ("n1", "n", "r1", "r", "t1", "t")},
                "safe1": design.safe1,
                "safe": design.safe,
                **{key: getattr(attained, key) for key in fields},
                "expected_patients": attained.expected_patients,
                "name": self.names(design),
            }


def find_bryant_day(
    response: tuple[float, float],
    toxicity: tuple[float, float],
    *,
    alpha: float | tuple[float, float],
    power: float,
    odds_ratio: float | tuple[float, float] = 1.0,
    most_patients: int = 100,
) -> BryantDaySearch:
    """Find the optimal, minimax and admissible two-stage designs for response and toxicity.

    Parameters
    ----------
    response : tuple of float
        Response rate of no interest and rate worth pursuing, each in (0, 1), ascending.
    toxicity : tuple of float
        Unacceptable and acceptable toxicity rate, each in (0, 1), descending.
    alpha : float or tuple of float
        Type I error, at most: of response (poor response, acceptable toxicity) and of toxicity
        (good response, unacceptable toxicity); one number for both.
    power : float
        Chance to recommend with good response and acceptable toxicity, at least.
    odds_ratio : float or tuple of float
        Between response and toxicity, 0 or more; 1: independent, above 1: responders have more
        toxicity. Two numbers: every odds ratio between them; ``(0, inf)``: whatever it is.
    most_patients : int
        Largest size looked at, 2 to 200. The search ends before it where no larger size can have
        a smaller expected number.

    Returns
    -------
    BryantDaySearch
        The frontier of largest against expected size, exact.

    Raises
    ------
    DesignError
        If the hypotheses make no trial, or no design up to the limit keeps the errors: the
        message says which power the nearest one reaches.

    Notes
    -----
    Source: Bryant & Day 1995: the optimal design makes the larger of the two expected numbers,
    with poor response and with unacceptable toxicity, as small as it can be. Error limits are
    inclusive.

    Examples
    --------
    >>> found = find_bryant_day((0.10, 0.30), (0.40, 0.20), alpha=0.10, power=0.90)
    >>> print(found.optimal)
    21 patients, stop if <= 2 respond or >= 8 toxic; 46 patients, fail if <= 7 respond or >= 15 toxic
    >>> round(found.attained(found.optimal).expected_patients, 2)
    29.5
    """  # noqa: E501
    response, toxicity = _pair("response", response), _pair("toxicity", toxicity)
    power = check_probability("power", power)
    alphas = _check_errors(response, toxicity, alpha, 1 - power)
    low, high = _check_odds_ratio(odds_ratio)
    most = check_number("most_patients", most_patients, 2, MOST_SEARCHED)
    safe = (1 - toxicity[0], 1 - toxicity[1])
    # Freedom from toxicity is counted: its odds ratios with response are the reciprocals.
    problem = Problem(response, safe, alphas, 1 - power, _reciprocal(high), _reciprocal(low))
    bounds, proven = _search_sizes(Search(problem), most)
    if not bounds:
        raise DesignError(_nearest(problem, most))
    expected = tuple(found.expected for found in bounds)
    designs = tuple(_as_design(found) for found in bounds)
    return BryantDaySearch(
        response, toxicity, alphas, power, (low, high), most, designs, expected, proven
    )


def _search_sizes(search: Search, most: int) -> tuple[list[Bounds], bool]:
    """Return the best of each size, and whether no larger size can be better than the best."""
    found: list[Bounds] = []
    least = inf
    for n in range(2, most + 1):
        best = search.best(n)
        if best is not None:
            found.append(best)
            least = min(least, best.expected)
        if search.least_expected(n + 1) >= least:
            return found, True
    return found, False


def _as_design(found: Bounds) -> BryantDayDesign:
    return BryantDayDesign(
        n1=found.n1,
        n=found.n,
        r1=found.response1,
        r=found.response,
        t1=found.n1 - found.safe1,
        t=found.n - found.safe,
    )


def _pair(name: str, values: Sequence[float]) -> tuple[float, float]:
    try:
        first, second = (float(value) for value in values)
    except (TypeError, ValueError):
        msg = f"{name} must be two numbers, not {values!r}"
        raise DesignError(msg) from None
    return first, second


def _pair_or_one(name: str, values: float | tuple[float, float]) -> tuple[float, float]:
    return _pair(name, values if isinstance(values, tuple | list) else (values, values))


def _check_errors(
    response: tuple[float, float],
    toxicity: tuple[float, float],
    alpha: float | tuple[float, float],
    beta: float,
) -> tuple[float, float]:
    """Return the two type I errors; raise ``DesignError`` for hypotheses that make no trial."""
    alpha_r, alpha_t = _pair_or_one("alpha", alpha)
    check_hypotheses(*response, check_probability("alpha of response", alpha_r), beta)
    unacceptable = check_probability("unacceptable toxicity", toxicity[0])
    acceptable = check_probability("acceptable toxicity", toxicity[1])
    if acceptable >= unacceptable:
        msg = (
            f"the acceptable toxicity rate must be below the unacceptable one, not {acceptable:g} "
            f"against {unacceptable:g}: give the unacceptable rate first"
        )
        raise DesignError(msg)
    check_hypotheses(
        1 - unacceptable, 1 - acceptable, check_probability("alpha of toxicity", alpha_t), beta
    )
    return float(alpha_r), float(alpha_t)


def _check_odds_ratio(odds_ratio: float | tuple[float, float]) -> tuple[float, float]:
    low, high = _pair_or_one("odds_ratio", odds_ratio)
    if not 0 <= low <= high:
        msg = (
            f"odds_ratio must be 0 or more, or two such numbers that ascend, not {odds_ratio!r}; "
            "(0, inf) is any association"
        )
        raise DesignError(msg)
    return float(low), float(high)


def _reciprocal(odds_ratio: float) -> float:
    return 1 / odds_ratio if odds_ratio else inf


def _nearest(problem: Problem, most: int) -> str:
    """Say how near the best design up to the limit came to the power, at these type I errors."""
    low, high, nearest = problem.beta, 1.0, None
    for _ in range(_POWER_STEPS):
        beta = (low + high) / 2
        search = Search(problem._replace(beta=beta))
        sizes = range(most, max(most - _SIZES_LOOKED_AT, 1), -1)
        found = next((found for n in sizes if (found := search.best(n))), None)
        nearest = found or nearest
        low, high = (low, beta) if found else (beta, high)
    reached = (
        "and none comes near"
        if nearest is None
        else f"the nearest has a power of {nearest.power:.4f} at {nearest.n} patients"
    )
    alpha_r, alpha_t = problem.alpha
    return (
        f"no design up to {most} patients keeps the type I errors {alpha_r:g} (response) and "
        f"{alpha_t:g} (toxicity) with a power of {1 - problem.beta:g}: {reached}. Allow a larger "
        "most_patients, or larger errors"
    )
