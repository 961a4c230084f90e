"""What `find_landmark_survival` returns: designs, their characteristics, the one-stage design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.design.landmark.bounds import (
    Bounds,
    Errors,
    Told,
    find_bounds,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.landmark.trial import Curve, LandmarkTrial

    Floats = NDArray[np.float64]

Minimise = Literal["study length", "accrual time", "patients"]
MINIMISE: tuple[Minimise, ...] = get_args(Minimise)
LandmarkVerdict = Literal["stop for futility", "continue", "activity declared", "not declared"]


@dataclass(frozen=True, slots=True)
class LandmarkCharacteristics:
    """What a design does under one of its curves, by normal theory.

    Parameters
    ----------
    probability_stop : float
        Of stopping at the interim look.
    probability_declare_active : float
        The type I error under the null curve, the power under the alternative.
    expected_length : float
        Expected time from the first entry to the last analysis (ETSL), in the unit of the curves.
    expected_accrual : float
        Expected time for which patients enter (EDA).
    expected_patients : float
        Expected number entered.
    """

    probability_stop: float
    probability_declare_active: float
    expected_length: float
    expected_accrual: float
    expected_patients: float


@dataclass(frozen=True, slots=True)
class LandmarkDesign:
    """A two-stage design for a landmark rate: stop if Z1 <= c1, declare activity if Z2 > c2.

    Parameters
    ----------
    trial : LandmarkTrial
        Landmark, curves and accrual.
    errors : Errors
        What was asked for.
    patients : int
        n, of both stages.
    interim_time : float
        t1, calendar time of the interim look from the first entry on; later than the landmark.
    interim_bound, final_bound : float
        c1 and c2.
    information : float
        Share of the final information that the look has under the alternative.
    null, alternative : LandmarkCharacteristics
        What the design does under either curve.
    """

    trial: LandmarkTrial
    errors: Errors
    patients: int
    interim_time: float
    interim_bound: float
    final_bound: float
    information: float
    null: LandmarkCharacteristics
    alternative: LandmarkCharacteristics

    @property
    def interim_patients(self) -> float:
        """Patients expected to have entered by the interim look."""
        return min(self.trial.accrual.entered(self.interim_time), float(self.patients))

    def characteristics(self, curve: Curve) -> LandmarkCharacteristics:
        """Return what the design does under a true curve, by normal theory."""
        bounds = Bounds(np.array([self.interim_bound]), np.array([self.final_bound]))
        at = np.array([float(self.patients)]), np.array([self.interim_time])
        return _all_characteristics(self.trial, tell(self.trial, curve, *at), at, bounds)[0]

    @property
    def accrual_time(self) -> float:
        """Time over which all patients enter if nothing stops the trial (MDA)."""
        return self.trial.accrual.time_of(self.patients)

    @property
    def study_length(self) -> float:
        """Time to the final analysis if nothing stops the trial (MTSL)."""
        return self.accrual_time + self.trial.landmark

    def decide(self, statistic: float, *, stage: Literal[1, 2]) -> LandmarkVerdict:
        """Say what the design decides of a statistic of `landmark_statistic`.

        Parameters
        ----------
        statistic : float
            Z1 at the interim look, Z2 at the end.
        stage : {1, 2}
            Which look it is of.

        Raises
        ------
        ValueError
            If the statistic is missing, or the stage is another one.
        """
        if math.isnan(statistic) or stage not in (1, 2):
            msg = f"statistic must be a number and stage 1 or 2, not {statistic} and {stage}"
            raise ValueError(msg)
        if stage == 1:
            return "continue" if statistic > self.interim_bound else "stop for futility"
        return "activity declared" if statistic > self.final_bound else "not declared"


@dataclass(frozen=True, slots=True)
class LandmarkSingleStage:
    """The design without an interim look.

    Parameters
    ----------
    patients : int
        n by normal theory.
    bound : float
        Declare activity if Z > this.
    power : float
        By normal theory; at least that asked for.
    accrual_time, study_length : float
        Time over which they enter, and to the analysis.
    exact_patients, exact_bound : int or None
        n and r of the exact binomial test of the same rates (A'Hern), which counts patients
        followed to the landmark: active if more than r of n are event-free. None above 1000.
    """

    patients: int
    bound: float
    power: float
    accrual_time: float
    study_length: float
    exact_patients: int | None
    exact_bound: int | None


@dataclass(frozen=True, slots=True)
class LandmarkSearch:
    """Two-stage designs for a landmark rate, one a size; from `find_landmark_survival`.

    Parameters
    ----------
    trial : LandmarkTrial
        Landmark, curves and accrual.
    errors : Errors
        Error rates asked for, and whether the futility stop is bought back.
    minimise : {"study length", "accrual time", "patients"}
        What is least, expected under the null.
    most_patients : int
        Largest size allowed.
    designs : tuple of LandmarkDesign
        The best time of the look for each size, by size.
    single_stage : LandmarkSingleStage
        The design without an interim look.
    """

    trial: LandmarkTrial
    errors: Errors
    minimise: Minimise
    most_patients: int
    designs: tuple[LandmarkDesign, ...]
    single_stage: LandmarkSingleStage

    @property
    def optimal(self) -> LandmarkDesign:
        """The design that is best of all sizes; the smallest of those that are equally good."""
        return min(self.designs, key=self.value_of)

    def value_of(self, design: LandmarkDesign) -> float:
        """Return what is minimised, of one design."""
        return value_of(design, self.minimise)

    @property
    def single_stage_value(self) -> float:
        """The same of the design without an interim look."""
        alone = self.single_stage
        return (alone.study_length, alone.accrual_time, float(alone.patients))[
            MINIMISE.index(self.minimise)
        ]

    @property
    def is_worth_it(self) -> bool:
        """Whether the best two-stage design beats the one-stage design."""
        return self.value_of(self.optimal) < self.single_stage_value

    @property
    def exact_factor(self) -> float | None:
        """Exact over normal-theory size without a look; Case and Morgan multiply by it."""
        exact = self.single_stage.exact_patients
        return None if exact is None else exact / self.single_stage.patients

    def to_frame(self) -> pl.DataFrame:
        """Return one row a size."""
        import polars as pl

        return pl.DataFrame(
            [
                {
                    "patients": one.patients,
                    "interim_time": one.interim_time,
                    "interim_patients": one.interim_patients,
                    "interim_bound": one.interim_bound,
                    "final_bound": one.final_bound,
                    "information": one.information,
                    "accrual_time": one.accrual_time,
                    "study_length": one.study_length,
                    "type_1_error": one.null.probability_declare_active,
                    "power": one.alternative.probability_declare_active,
                    "stop_null": one.null.probability_stop,
                    "stop_alternative": one.alternative.probability_stop,
                    "expected_length": one.null.expected_length,
                    "expected_accrual": one.null.expected_accrual,
                    "expected_patients": one.null.expected_patients,
                }
                for one in self.designs
            ]
        )


def value_of(design: LandmarkDesign, minimise: Minimise) -> float:
    """Return what is minimised, of one design."""
    found = design.null
    return (found.expected_length, found.expected_accrual, found.expected_patients)[
        MINIMISE.index(minimise)
    ]


def needed_alone(trial: LandmarkTrial, errors: Errors) -> float:
    """Return the patients that a test without an interim look needs, not rounded.

    Notes
    -----
    Source: Case & Morgan 2003; the variance is that of the alternative, by the delta method.
    """
    alone = tell(trial, trial.alternative, np.ones(1), np.array([math.inf]))
    return (
        (errors.final_alone + NormalDist().inv_cdf(1 - errors.beta)) / float(alone.shift[0])
    ) ** 2


def expected(
    trial: LandmarkTrial, patients: Floats, times: Floats, stop: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return expected study length, accrual time and patients, in the order of `MINIMISE`."""
    end = trial.accrual.times_of(patients)
    entered = np.minimum(trial.accrual.entered_many(times), patients)
    length = stop * times + (1 - stop) * (end + trial.landmark)
    accrual = stop * np.minimum(times, end) + (1 - stop) * end
    return length, accrual, stop * entered + (1 - stop) * patients


def designs_of(
    trial: LandmarkTrial, errors: Errors, patients: Sequence[int], times: Floats
) -> list[LandmarkDesign]:
    """Return the designs of sizes and times of the interim look, their bounds found.

    Parameters
    ----------
    trial : LandmarkTrial
        Landmark, curves and accrual.
    errors : Errors
        What is asked for.
    patients : sequence of int
        Of both stages, enough for the power.
    times : ndarray of float
        Calendar times of the looks, later than the landmark; one a size.
    """
    sizes = np.array(patients, float)
    null, alternative = (
        tell(trial, curve, sizes, times) for curve in (trial.null, trial.alternative)
    )
    bounds = find_bounds(null, alternative, errors)
    sides = [
        _all_characteristics(trial, told, (sizes, times), bounds) for told in (null, alternative)
    ]
    return [
        LandmarkDesign(
            trial=trial,
            errors=errors,
            patients=size,
            interim_time=float(times[i]),
            interim_bound=float(bounds.interim[i]),
            final_bound=float(bounds.final[i]),
            information=float(alternative.correlation[i]) ** 2,
            null=sides[0][i],
            alternative=sides[1][i],
        )
        for i, size in enumerate(patients)
    ]


def _all_characteristics(
    trial: LandmarkTrial, told: Told, at: tuple[Floats, Floats], bounds: Bounds
) -> list[LandmarkCharacteristics]:
    from scipy.special import ndtr

    stop = np.asarray(ndtr(bounds.interim - told.correlation * told.shift))
    columns = (stop, told.declares(bounds), *expected(trial, *at, stop))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [LandmarkCharacteristics(*row) for row in rows]
