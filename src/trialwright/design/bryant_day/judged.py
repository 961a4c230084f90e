"""Bryant and Day's two-stage design: stops for too few responses, or for too much toxicity.

After n1 patients the trial stops if at most r1 responded or at least t1 had toxicity; it ends at n
patients and recommends the treatment if more than r responded and fewer than t had toxicity. The
paper counts patients WITHOUT toxicity; here toxicity is counted, and `BryantDayDesign.safe1` and
`safe` give the paper's bounds.

Source: Bryant J, Day R. Incorporating toxicity considerations into the design of two-stage phase II
clinical trials. Biometrics 1995; 51: 1372-1383.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import check_number
from trialwright.design.joint.rule import JointRate, JointRule, Watched
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from trialwright.design.joint.rule import JointCharacteristics


@dataclass(frozen=True, slots=True)
class BryantDayDesign:
    """Two stages that watch response and toxicity of the same patients.

    Parameters
    ----------
    n1, n : int
        Patients of stage 1, and of both stages.
    r1, r : int
        Stop after stage 1 if at most r1 respond; recommend only if more than r of n respond.
    t1, t : int
        Stop after stage 1 if at least t1 have toxicity; recommend only if fewer than t of n have.

    Raises
    ------
    DesignError
        If the stages are reversed or a bound does not fit its patients.

    Examples
    --------
    >>> design = BryantDayDesign(n1=21, n=46, r1=2, r=7, t1=8, t=15)
    >>> print(design)
    21 patients, stop if <= 2 respond or >= 8 toxic; 46 patients, fail if <= 7 respond or >= 15 toxic
    >>> design.safe1, design.safe
    (13, 31)
    >>> round(design.characteristics(0.30, 0.20).probability_success, 4)
    0.9037
    """  # noqa: E501

    n1: int
    n: int
    r1: int
    r: int
    t1: int
    t: int

    def __post_init__(self) -> None:
        """Refuse stages and bounds that no trial could follow."""
        n = check_number("n", self.n, 2)
        n1 = check_number("n1", self.n1, 1)
        if n1 >= n:
            msg = f"stage 1 must be smaller than both stages, not n1 = {n1} against n = {n}"
            raise DesignError(msg)
        for size, response, toxicity in (("1", "r1", "t1"), ("", "r", "t")):
            patients = n1 if size else n
            words = f"of n{size} = {patients} patients"
            check_number(f"{response} {words}", getattr(self, response), 0, patients - 1)
            check_number(f"{toxicity} {words}", getattr(self, toxicity), 1, patients)

    def __str__(self) -> str:
        """Write both stages with their bounds."""
        return (
            f"{self.n1} patients, stop if <= {self.r1} respond or >= {self.t1} toxic; "
            f"{self.n} patients, fail if <= {self.r} respond or >= {self.t} toxic"
        )

    @property
    def safe1(self) -> int:
        """The paper's bound of stage 1: stop if at most this many are without toxicity."""
        return self.n1 - self.t1

    @property
    def safe(self) -> int:
        """The paper's final bound: fail if at most this many are without toxicity."""
        return self.n - self.t

    @property
    def response(self) -> Boundaries:
        """Bounds of the responders."""
        return Boundaries((self.n1, self.n), (self.r1, self.r), (None, None))

    @property
    def toxicity(self) -> Boundaries:
        """Bounds of the patients with toxicity."""
        return Boundaries((self.n1, self.n), (None, None), (self.t1, self.t))

    @property
    def rule(self) -> JointRule:
        """The two bounds as one rule; either stops the trial."""
        return JointRule(Watched(self.response, "low"), Watched(self.toxicity, "high"))

    def characteristics(
        self, response: float, toxicity: float, *, odds_ratio: float = 1.0
    ) -> JointCharacteristics:
        """Return the exact chance of every stop at one pair of true rates.

        Parameters
        ----------
        response, toxicity : float
            True rates, in [0, 1].
        odds_ratio : float
            Between response and toxicity, 0 or more; above 1: responders have more toxicity.
        """
        return self.rule.characteristics(JointRate.of(response, toxicity, odds_ratio=odds_ratio))


@dataclass(frozen=True, slots=True)
class BryantDayErrors:
    """What a design does at the hypotheses, at the worst odds ratio of the range asked for.

    Parameters
    ----------
    type1_response : float
        Chance to recommend with poor response and acceptable toxicity.
    type1_toxicity : float
        Chance to recommend with good response and unacceptable toxicity.
    power : float
        Chance to recommend with good response and acceptable toxicity.
    early_stop_response, early_stop_toxicity : float
        Chance to stop after stage 1 (PET), in the cases of the two type I errors.
    expected_response, expected_toxicity : float
        Expected number evaluated (EN), in the same cases.
    """

    type1_response: float
    type1_toxicity: float
    power: float
    early_stop_response: float
    early_stop_toxicity: float
    expected_response: float
    expected_toxicity: float

    @property
    def expected_patients(self) -> float:
        """The larger of the two expected numbers: what the optimal design makes small."""
        return max(self.expected_response, self.expected_toxicity)
