"""What a search of Simon's designs is asked, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trialwright.design.checks import MOST_PATIENTS, check_number, check_share
from trialwright.design.simon.frontier import whole_down, whole_up
from trialwright.design.two_stage import OperatingCharacteristics, TwoStageDesign
from trialwright.errors import DesignError

if TYPE_CHECKING:
    import polars as pl

    from trialwright.design.checks import Hypotheses


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Bounds on the first stage of a search.

    Parameters
    ----------
    least, most : int
        Patients of the first stage, 1 to 1000.
    least_share, most_share : float
        Patients of the first stage over those of both, from 0 to 1.

    Raises
    ------
    DesignError
        If a bound is not allowed, or the least exceeds the most.
    """

    least: int = 1
    most: int = MOST_PATIENTS
    least_share: float = 0.0
    most_share: float = 1.0

    def __post_init__(self) -> None:
        """Refuse bounds that leave nothing to search."""
        for name in ("least", "most"):  # kept as Python's own numbers
            value = check_number(f"{name} patients of the first stage", getattr(self, name), 1)
            object.__setattr__(self, name, value)
        if self.most < self.least:
            msg = (
                f"the first stage cannot have at least {self.least} and at most {self.most} "
                "patients: swap the two, or widen them"
            )
            raise DesignError(msg)
        for name in ("least_share", "most_share"):
            object.__setattr__(self, name, check_share(name, getattr(self, name)))
        if self.most_share < self.least_share:
            msg = (
                "the share of the first stage must go from least to most, not from "
                f"{self.least_share:g} to {self.most_share:g}"
            )
            raise DesignError(msg)

    def sizes(self, total: int) -> range:
        """Return the first stages that the bounds allow for ``total`` patients in all."""
        least = max(self.least, whole_up(self.least_share * total), 1)
        most = min(self.most, whole_down(self.most_share * total), total - 1)
        return range(least, most + 1)


ANY_FIRST_STAGE = FirstStage()


@dataclass(frozen=True, slots=True)
class SimonDesign:
    """One two-stage design with what it does under both hypotheses.

    Parameters
    ----------
    design : TwoStageDesign
        Its numbers.
    null, alternative : OperatingCharacteristics
        Exact properties at p0 and at p1.
    kind : str
        ``"optimal"``, ``"minimax"``, ``"optimal and minimax"`` or ``"admissible"``; empty for a
        design that is the best of its size alone.
    weights : (float, float) or None
        Between which weights q of the largest size it has the smallest ``q n + (1 - q) EN(p0)``;
        none unless it is admissible.
    """

    design: TwoStageDesign
    null: OperatingCharacteristics
    alternative: OperatingCharacteristics
    kind: str = ""
    weights: tuple[float, float] | None = None

    def __str__(self) -> str:
        """Write the design with its kind: ``optimal 1/10 5/29``."""
        return f"{self.kind} {self.design}".strip()


class FrontierPoint(NamedTuple):
    """The best design of one total size: its numbers and its expected size at p0."""

    total: int
    first_stage: int
    first_stage_bound: int
    total_bound: int
    expected_patients: float

    @property
    def design(self) -> TwoStageDesign:
        """The design itself."""
        return TwoStageDesign(
            self.first_stage, self.first_stage_bound, self.total, self.total_bound
        )


@dataclass(frozen=True, slots=True)
class SimonSearch:
    """Every two-stage design worth choosing for given hypotheses.

    Parameters
    ----------
    hypotheses : Hypotheses
        p0, p1, alpha and beta that were asked for.
    first_stage : FirstStage
        Bounds of the search.
    most_patients : int
        Largest size that was looked at.
    admissible : tuple of SimonDesign
        From the minimax design to the optimal one, by size; no other design has a smaller
        weighted sum of largest and expected size for any weight.
    frontier : tuple of FrontierPoint
        The best design of each size for which there is one.
    proven : bool
        Whether no larger design can have a smaller expected size than the optimal one. If false,
        the optimal design is only that of the sizes looked at.
    """

    hypotheses: Hypotheses
    first_stage: FirstStage
    most_patients: int
    admissible: tuple[SimonDesign, ...]
    frontier: tuple[FrontierPoint, ...]
    proven: bool

    @property
    def optimal(self) -> SimonDesign:
        """The design with the smallest expected size at p0."""
        return self.admissible[-1]

    @property
    def minimax(self) -> SimonDesign:
        """The design with the smallest largest size and, of those, the smallest expected one."""
        return self.admissible[0]

    def to_frame(self) -> pl.DataFrame:
        """Return one row an admissible design, by size."""
        import polars as pl

        return pl.DataFrame([_row(one) for one in self.admissible])

    def frontier_frame(self) -> pl.DataFrame:
        """Return one row a size: the best design of that size and its expected size at p0."""
        import polars as pl

        return pl.DataFrame([point._asdict() for point in self.frontier])


def _row(one: SimonDesign) -> dict[str, object]:
    design, weights = one.design, one.weights
    return {
        "kind": one.kind,
        "first_stage": design.first_stage,
        "first_stage_bound": design.first_stage_bound,
        "total": design.total,
        "total_bound": design.total_bound,
        "type_one_error": one.null.probability_declare_active,
        "power": one.alternative.probability_declare_active,
        "early_stop_p0": one.null.probability_early_stop,
        "early_stop_p1": one.alternative.probability_early_stop,
        "expected_patients_p0": one.null.expected_patients,
        "expected_patients_p1": one.alternative.expected_patients,
        "least_weight": None if weights is None else weights[0],
        "most_weight": None if weights is None else weights[1],
    }
