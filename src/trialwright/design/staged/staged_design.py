"""Designs of several stages for one count: what each does, and which of them are worth choosing.

Fleming's two stages, three stages and three outcomes differ in which boundaries they search. What
a found design is, how it is judged, and which of the best designs of each size are minimax, optimal
and admissible is the same for all and stands here.

Sources
-------
Simon 1989 (Control Clin Trials 10: 1): optimal and minimax. Jung, Lee, Kim & George 2004 (Stat Med
23: 561): admissible. Mander & Thompson 2010 (Contemp Clin Trials 31: 572): the expected size under
either hypothesis as what is minimised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from trialwright.design.admissible import find_admissible
from trialwright.design.checks import ROUNDING
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from trialwright.design.boundaries import Bound, Boundaries, Characteristics
    from trialwright.design.checks import Hypotheses

Minimise = Literal["p0", "p1", "maximum", "mean"]
MINIMISE: tuple[Minimise, ...] = get_args(Minimise)
IN_WORDS: dict[Minimise, str] = {
    "p0": "the expected size at p0",
    "p1": "the expected size at p1",
    "maximum": "the larger of the expected sizes at p0 and p1",
    "mean": "the mean of the expected sizes at p0 and p1",
}
_HALVINGS = 12  # of the way to a limit that cannot be kept
_ANY_POWER = 2 * ROUNDING  # hardly more than what counts as none


@dataclass(frozen=True, slots=True)
class StagedDesign:
    """Boundaries with what they do at p0 and at p1.

    Parameters
    ----------
    boundaries : Boundaries
        The design: patients, and what stops the trial at each look.
    characteristics : Characteristics
        Its exact properties at p0 (first row) and at p1 (second row).
    kind : str
        ``"optimal"``, ``"minimax"``, ``"optimal and minimax"`` or ``"admissible"``; empty for a
        design that is the best of its size alone.
    weights : (float, float) or None
        Between which weights q of the largest size it has the smallest ``q n + (1 - q) EN``, EN
        being the expected size that was minimised; none unless it is admissible.
    """

    boundaries: Boundaries
    characteristics: Characteristics
    kind: str = ""
    weights: tuple[float, float] | None = None

    @classmethod
    def judge(cls, boundaries: Boundaries, p0: float, p1: float) -> StagedDesign:
        """Return boundaries with their exact properties at p0 and p1."""
        return cls(boundaries, boundaries.characteristics([p0, p1]))

    @property
    def total(self) -> int:
        """Patients of a trial that nothing stops."""
        return self.boundaries.most_patients

    @property
    def type_one_error(self) -> float:
        """Chance to declare activity at p0."""
        return float(self.characteristics.probability_high[0])

    @property
    def power(self) -> float:
        """Chance to declare activity at p1."""
        return float(self.characteristics.probability_high[1])

    @property
    def expected_patients(self) -> tuple[float, float]:
        """Expected number evaluated at p0 and at p1."""
        at_p0, at_p1 = self.characteristics.expected_patients.tolist()
        return at_p0, at_p1

    @property
    def early_stop(self) -> tuple[float, float]:
        """Chance to stop before the last look at p0 and at p1."""
        at_p0, at_p1 = self.characteristics.probability_early_stop.tolist()
        return at_p0, at_p1

    def expected(self, minimise: Minimise) -> float:
        """Return the expected size that a search minimises."""
        return combine(*self.expected_patients, minimise)

    def __str__(self) -> str:
        """Write the design as tables of Simon's kind do: ``optimal 1/10 5/29``.

        A stage that also stops for activity shows both bounds: ``1-4/11 5/27`` stops at 1 or
        fewer and at 4 or more of 11.
        """
        return f"{self.kind} {write_bounds(self.boundaries)}".strip()


@dataclass(frozen=True, slots=True)
class StagedFrontier:
    """The best design of each size, and which of them are worth choosing.

    Parameters
    ----------
    minimise : {"p0", "p1", "maximum", "mean"}
        The expected size that was minimised: at p0, at p1, the larger of both, their mean.
    designs : tuple of StagedDesign
        One a size, by size.
    """

    minimise: Minimise
    designs: tuple[StagedDesign, ...]

    @property
    def optimal(self) -> StagedDesign:
        """The design with the smallest expected size."""
        return next(one for one in self.designs if "optimal" in one.kind)

    @property
    def minimax(self) -> StagedDesign:
        """The design of the smallest size; of that size, the one with the smallest expected."""
        return self.designs[0]

    @property
    def admissible(self) -> tuple[StagedDesign, ...]:
        """From minimax to optimal, the designs that some weight of both sizes prefers."""
        return tuple(one for one in self.designs if one.weights is not None)

    def to_frame(self) -> pl.DataFrame:
        """Return one row a size: the bounds of every stage, errors, expected sizes and kind."""
        import polars as pl

        return pl.DataFrame([row_of_design(one) for one in self.designs])


class _Searched(Protocol):
    @property
    def frontier(self) -> StagedFrontier: ...


class FrontierOfSearch:
    """The designs worth choosing of a search, by the frontier that it found.

    A search has a ``frontier``: of several, the one by the expected size at p0.
    """

    __slots__ = ()

    @property
    def optimal(self: _Searched) -> StagedDesign:
        """The design with the smallest expected size at p0."""
        return self.frontier.optimal

    @property
    def minimax(self: _Searched) -> StagedDesign:
        """The smallest design; of that size, the one with the smallest expected size at p0."""
        return self.frontier.minimax

    @property
    def admissible(self: _Searched) -> tuple[StagedDesign, ...]:
        """From minimax to optimal, the designs that some weight of largest and expected prefers."""
        return self.frontier.admissible

    def to_frame(self: _Searched) -> pl.DataFrame:
        """Return one row a design of the frontier, by size."""
        return self.frontier.to_frame()


def check_minimise(minimise: str) -> Minimise:
    """Return what is minimised, checked; raise ``DesignError`` for an unknown name."""
    for known in MINIMISE:
        if minimise == known:
            return known
    msg = f"minimise must be one of {', '.join(MINIMISE)}, not {minimise!r}"
    raise DesignError(msg)


def combine(at_p0: float, at_p1: float, minimise: Minimise) -> float:
    """Return the one number that is minimised, from the expected sizes at p0 and p1."""
    if minimise in ("p0", "p1"):
        return at_p0 if minimise == "p0" else at_p1
    return max(at_p0, at_p1) if minimise == "maximum" else (at_p0 + at_p1) / 2


def name_designs(designs: Sequence[StagedDesign], minimise: Minimise) -> StagedFrontier:
    """Return the best designs of each size with their kinds and weights.

    Parameters
    ----------
    designs : sequence of StagedDesign
        The best of each size, by size; one or more.
    minimise : {"p0", "p1", "maximum", "mean"}
        Which expected size is meant.

    Notes
    -----
    Source: Jung et al. 2004, section 2. A design on the line between two others is as good as
    both for one weight, and is admissible.
    """
    named = list(designs)
    for one in find_admissible([(one.total, one.expected(minimise)) for one in designs]):
        weights = (one.least_weight, one.most_weight)
        named[one.place] = replace(designs[one.place], kind=one.kind, weights=weights)
    return StagedFrontier(minimise, tuple(named))


def nearest(
    find: Callable[[float], StagedDesign | None], feasible: float, asked: float
) -> StagedDesign | None:
    """Return the design that comes nearest to a limit that none keeps.

    Parameters
    ----------
    find : callable
        Returns a design that keeps a limit, or none.
    feasible, asked : float
        A limit that should be easy, and the one that no design keeps; halved between.

    Returns
    -------
    StagedDesign or None
        Found at the last limit that could be kept, within 1/4096 of the way; none if even the
        easy one could not.
    """
    best = find(feasible)
    if best is None:
        return None
    for _ in range(_HALVINGS):
        middle = (feasible + asked) / 2
        found = find(middle)
        if found is None:
            asked = middle
        else:
            best, feasible = found, middle
    return best


def say_nearest(
    find: Callable[[float], StagedDesign | None],
    asked: Hypotheses,
    kind: str,
    most: int,
    *,
    mends: tuple[str, str],
) -> str:
    """Say how near a design of the largest size comes to both errors that none keeps.

    Parameters
    ----------
    find : callable
        Returns a design of ``most`` patients that keeps the type I error and a power; or none.
    asked : Hypotheses
        What no design of at most ``most`` patients keeps.
    kind : str
        What the designs are called: "three-stage design".
    most : int
        Patients of the largest design that was looked at.
    mends : (str, str)
        What to change where nothing comes near, and where something does.

    Notes
    -----
    Only designs of ``most`` patients are asked for. Where none of them keeps the type I error, none
    of fewer patients does: with as many responders more as patients more it would be one of them.
    """
    power = 1 - asked.beta
    none = (
        f"no {kind} of at most {most} patients keeps type I error {asked.alpha:g} and power "
        f"{power:g} for {asked.p0:g} against {asked.p1:g}"
    )
    best = nearest(find, asked.alpha, power) or nearest(find, _ANY_POWER, asked.alpha)
    if best is None:
        return f"{none}, nor any smaller power; {mends[0]}"
    return (
        f"{none}; of {most} patients the nearest, {write_bounds(best.boundaries)}, has type I "
        f"error {best.type_one_error:.4f} and power {best.power:.4f}; {mends[1]}"
    )


def write_bounds(boundaries: Boundaries) -> str:
    """Write the bounds of every stage: ``0/6 3/21 7/48``.

    A second number, as in ``1-4/11``, is the count that declares activity; at the last look it
    stands only where the counts between leave the question open.
    """
    *early, (total, most, least) = boundaries.steps()
    decided = most is not None and least == most + 1
    last = _stage(total, most, None if decided else least)
    return " ".join([*(_stage(*step) for step in early), last])


def row_of_design(one: StagedDesign) -> dict[str, object]:
    """Return a design as one row of a table."""
    row: dict[str, object] = {"kind": one.kind}
    for stage, (look, most, least) in enumerate(one.boundaries.steps(), 1):
        row |= {
            f"patients_{stage}": look,
            f"stop_at_most_{stage}": most,
            f"stop_at_least_{stage}": least,
        }
    row |= {"type_one_error": one.type_one_error, "power": one.power}
    for name, pair in (
        ("early_stop", one.early_stop),
        ("expected_patients", one.expected_patients),
        ("weight", one.weights or (None, None)),
    ):
        ends = ("least", "most") if name == "weight" else ("p0", "p1")
        row |= {f"{name}_{end}": value for end, value in zip(ends, pair, strict=True)}
    return row


def _stage(look: int, most: Bound, least: Bound) -> str:
    upper = "" if least is None else f"-{least}"
    return f"{'' if most is None else most}{upper}/{look}"
