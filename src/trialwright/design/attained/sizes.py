"""What a planned two-stage design does on the sizes that were attained instead.

The planned bounds still stop and declare, but at other numbers of patients, so the type I error
and the power are not the planned ones. Both are given exactly, with those of the final bound that
``stats.two_stage`` tests with after such a trial. Exact if the responses did not choose the sizes;
if they may have, `trialwright.stats.two_stage.ConditionalTest` holds the planned type I error for
a second stage of any size.

Sources
-------
Green & Dahlberg 1992 (Stat Med 11: 853): planned against attained design. Koyama & Chen 2008
(Stat Med 27: 3145), section 4.
Second route: `infer_after_two_stages`, ``tests/unit/design/test_attained_stage.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.checks import check_number, check_rates_apart
from trialwright.design.two_stage import simon_boundaries
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from typing import SupportsIndex

    import polars as pl

    from trialwright.design.boundaries import Boundaries, Characteristics
    from trialwright.design.two_stage import TwoStageDesign


@dataclass(frozen=True, slots=True)
class AttainedSizes:
    """A plan beside what it becomes on the attained sizes.

    Parameters
    ----------
    plan : TwoStageDesign
        As the protocol has it.
    p0, p1 : float
        Response rates of no interest and worth pursuing.
    first_stage, total : int
        Patients on whom the look was taken, and patients of both stages.
    tested_bound : int
        r of the analysis: the least with a type I error no more than the plan's. There always is
        one: r + 1 responders in a row declare activity by the plan, and n of n are not likelier.
    """

    plan: TwoStageDesign
    p0: float
    p1: float
    first_stage: int
    total: int
    tested_bound: int

    @property
    def planned(self) -> Boundaries:
        """The plan."""
        return self.plan.boundaries

    @property
    def attained(self) -> Boundaries:
        """The planned bounds on the attained sizes."""
        return self._at_attained_sizes(self.plan.total_bound)

    @property
    def tested(self) -> Boundaries:
        """The planned r1 and the r of the analysis on the attained sizes."""
        return self._at_attained_sizes(self.tested_bound)

    def _at_attained_sizes(self, total_bound: int) -> Boundaries:
        return simon_boundaries(
            self.first_stage, self.plan.first_stage_bound, self.total, total_bound
        )

    def characteristics(self) -> dict[str, Characteristics]:
        """Return what each does at p0 and p1, exactly: planned, attained, tested."""
        ways = {"planned": self.planned, "attained": self.attained, "tested": self.tested}
        return {name: way.characteristics([self.p0, self.p1]) for name, way in ways.items()}

    def to_frame(self) -> pl.DataFrame:
        """Return three rows: sizes, bounds, exact errors and expected size of each."""
        import polars as pl

        bounds = (self.plan.total_bound, self.plan.total_bound, self.tested_bound)
        rows = [
            {
                "bounds": name,
                "first_stage": int(found.looks[0]),
                "first_stage_bound": self.plan.first_stage_bound,
                "total": int(found.looks[1]),
                "total_bound": bound,
                "type_1_error": float(found.probability_high[0]),
                "power": float(found.probability_high[1]),
                "expected_patients_p0": float(found.expected_patients[0]),
                "early_stop_p0": float(found.probability_early_stop[0]),
            }
            for (name, found), bound in zip(self.characteristics().items(), bounds, strict=True)
        ]
        return pl.DataFrame(rows)


def judge_attained_sizes(
    plan: TwoStageDesign,
    p0: float,
    p1: float,
    *,
    first_stage: SupportsIndex | None = None,
    total: SupportsIndex | None = None,
) -> AttainedSizes:
    """Return the exact type I error and power of a plan on the sizes that were attained.

    Parameters
    ----------
    plan : TwoStageDesign
        As the protocol has it.
    p0, p1 : float
        Response rates of no interest and worth pursuing, 0 < p0 < p1 < 1.
    first_stage : int or None
        Patients on whom the look was taken, above the planned r1; as planned if None.
    total : int or None
        Patients of both stages, above ``first_stage`` and above the planned r; as planned if None.

    Returns
    -------
    AttainedSizes
        The plan, its bounds on the attained sizes, and the bound that the analysis tests with.

    Raises
    ------
    DesignError
        If a rate lies outside (0, 1), p1 is not above p0, or the bounds do not fit the sizes.

    Notes
    -----
    Source: Green & Dahlberg 1992. The bound of the analysis is that of
    ``infer_after_two_stages(..., attained=...)``, found by the same function.

    Examples
    --------
    >>> from trialwright.design import TwoStageDesign
    >>> found = judge_attained_sizes(TwoStageDesign(10, 1, 29, 5), 0.10, 0.30, first_stage=13)
    >>> errors = found.characteristics()["attained"]
    >>> errors.probability_high.round(4)
    array([0.0566, 0.8738])
    >>> found.tested_bound
    6
    """
    from trialwright.stats.two_stage.attained import attained_bound
    from trialwright.stats.two_stage.sample_space import SampleSpace

    rates = check_rates_apart(p0, p1)
    n1, n = _check_sizes(plan, first_stage, total)
    r1 = plan.first_stage_bound
    size = SampleSpace(plan.first_stage, r1, plan.total).at_least(rates[0])[plan.total_bound + 1]
    tested = attained_bound(SampleSpace(n1, r1, n), rates[0], float(size))
    return AttainedSizes(plan, *rates, n1, n, tested)


def _check_sizes(
    plan: TwoStageDesign, first_stage: SupportsIndex | None, total: SupportsIndex | None
) -> tuple[int, int]:
    """Return the attained sizes; refuse those on which the planned bounds mean nothing."""
    n1, r1 = plan.first_stage if first_stage is None else first_stage, plan.first_stage_bound
    n1 = check_number("first_stage", n1, 1)
    if n1 <= r1:
        msg = (
            f"the planned bound {r1} leaves no way to pass a first stage of {n1}; wait for more "
            "patients, or find new bounds with redesign_after_first_stage"
        )
        raise DesignError(msg)
    n = check_number("total", plan.total if total is None else total, 1)
    if n <= n1:
        msg = (
            f"a trial of {n} patients with {n1} in stage 1 has no second stage; give a larger "
            "total, or find a new design with redesign_after_first_stage"
        )
        raise DesignError(msg)
    if n <= plan.total_bound:
        msg = (
            f"no trial of {n} patients has more than the planned {plan.total_bound} responders; "
            f"evaluate more than {plan.total_bound}"
        )
        raise DesignError(msg)
    return n1, n
