"""A response design and a toxicity rule in one trial: what they do together, and to each other.

The response design may be any that does not stop early for success, such as Simon's; the toxicity
rule has its own bounds and its own looks. The trial ends where either says so. Each is judged
alone as well, so that what the toxicity rule costs in power, and spares in type I error, is seen.

Source: Ray HE, Rai SN. An evaluation of a Simon 2-stage phase II clinical trial design
incorporating toxicity monitoring. Contemp Clin Trials 2011; 32: 428-436: a response design with
looks at toxicity of its own.
Oracle: enumeration of every course of a small trial, ``tests/property/test_together_laws.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries, check_rates
from trialwright.design.joint.rule import JointRate, JointRule, Watched
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.design.joint.rule import JointCharacteristics


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """What the two rules do at one pair of true rates and one association.

    Parameters
    ----------
    response_rate, toxicity_rate : float
        True rates.
    odds_ratio : float
        Between response and toxicity; 1: independent.
    declares_activity : float
        Chance to declare activity with acceptable toxicity: nothing stops the trial.
    stops_for_response : float
        Chance to end for too few responses, alone, at whichever look.
    stops_for_toxicity : float
        Chance to end for too much toxicity, alone, at whichever look.
    stops_for_both : float
        Chance to end for both at one look.
    early_stop : float
        Chance to end before the last look.
    expected_patients : float
        Expected number evaluated.
    response_alone : float
        Chance to declare activity by the response design alone.
    expected_alone : float
        Expected number evaluated by the response design alone.
    toxicity_alone : float
        Chance that the toxicity rule alone stops a trial of this size.
    """

    response_rate: float
    toxicity_rate: float
    odds_ratio: float
    declares_activity: float
    stops_for_response: float
    stops_for_toxicity: float
    stops_for_both: float
    early_stop: float
    expected_patients: float
    response_alone: float
    expected_alone: float
    toxicity_alone: float

    @property
    def taken_by_toxicity(self) -> float:
        """Chance to declare activity that the toxicity rule takes away.

        At a response rate worth pursuing it is power lost, at one of no interest type I error
        spared.
        """
        return self.response_alone - self.declares_activity


@dataclass(frozen=True, slots=True)
class Together:
    """Two rules in one trial, and what they do on a grid of true rates.

    Parameters
    ----------
    rule : JointRule
        Response (first, too few are bad) and toxicity (second, too many are bad).
    rows : tuple of TogetherRow
        One for each response rate, toxicity rate and odds ratio, the last changing fastest.
    ends : tuple of tuple of float
        Of each row: the chance that the trial ends at each of ``rule.looks``.
    """

    rule: JointRule
    rows: tuple[TogetherRow, ...]
    ends: tuple[tuple[float, ...], ...]

    @property
    def response(self) -> Boundaries:
        """Bounds of the responders."""
        return self.rule.first.boundaries

    @property
    def toxicity(self) -> Boundaries:
        """Bounds of the patients with toxicity, up to the size of the response design."""
        return self.rule.second.boundaries

    def to_frame(self) -> pl.DataFrame:
        """Return one row a combination of rates: every chance and expected number."""
        import polars as pl

        names = [field.name for field in fields(TogetherRow)]
        shown = [{name: getattr(row, name) for name in names} for row in self.rows]
        taken = pl.Series("taken_by_toxicity", [row.taken_by_toxicity for row in self.rows])
        return pl.DataFrame(shown).with_columns(taken)

    def patients_frame(self) -> pl.DataFrame:
        """Return the distribution of the size: one row a combination of rates and look."""
        import polars as pl

        return pl.DataFrame(
            {
                "response_rate": row.response_rate,
                "toxicity_rate": row.toxicity_rate,
                "odds_ratio": row.odds_ratio,
                "patients": patients,
                "probability": chance,
            }
            for row, chances in zip(self.rows, self.ends, strict=True)
            for patients, chance in zip(self.rule.looks, chances, strict=True)
        )


def judge_together(
    response: Boundaries,
    toxicity: Boundaries,
    *,
    response_rates: ArrayLike,
    toxicity_rates: ArrayLike,
    odds_ratios: Sequence[float] = (1.0,),
) -> Together:
    """Return what a response design and a toxicity rule do in one trial, exactly.

    Parameters
    ----------
    response : Boundaries
        Stops at most so many responders; an upper bound only at the last look.
    toxicity : Boundaries
        Stops at least so many with toxicity, at looks of its own. Looks beyond the size of the
        response design are left out; where it ends earlier, toxicity is not looked at afterwards.
    response_rates, toxicity_rates : array_like of float
        True rates of the grid, each in [0, 1].
    odds_ratios : sequence of float
        Between response and toxicity, each 0 or more; above 1: responders have more toxicity.

    Returns
    -------
    Together
        One row a combination.

    Raises
    ------
    DesignError
        If the toxicity rule never stops within the size of the response design, has a lower
        bound before its last look, or the response design stops early for success.
    ValueError
        If a rate lies outside [0, 1] or an odds ratio below 0.

    Examples
    --------
    >>> simon = Boundaries((10, 29), (1, 5), (None, 6))
    >>> toxicity = Boundaries((5, 10, 15, 20, 25), (None,) * 5, (3, 5, 7, 9, 11))
    >>> found = judge_together(simon, toxicity, response_rates=[0.1, 0.3], toxicity_rates=[0.2])
    >>> [round(row.declares_activity, 4) for row in found.rows]
    [0.0433, 0.7401]
    >>> [round(row.response_alone, 4) for row in found.rows]
    [0.0471, 0.8051]
    """
    given = {
        "response_rates": check_rates(response_rates),
        "toxicity_rates": check_rates(toxicity_rates),
        "odds_ratios": np.atleast_1d(np.asarray(odds_ratios, float)),
    }
    for name, values in given.items():
        if not values.size:
            msg = f"{name} must hold one number or more"
            raise DesignError(msg)
    within = _fit_toxicity(toxicity, response.most_patients)
    rule = JointRule(Watched(response, "low"), Watched(within, "high"))
    rates = (given["response_rates"], given["toxicity_rates"])
    alone = dict(_alone(response, within, rates))
    rows, ends = [], []
    for p, q, odds_ratio in product(
        rates[0].tolist(), rates[1].tolist(), given["odds_ratios"].tolist()
    ):
        found = rule.characteristics(JointRate.of(p, q, odds_ratio=odds_ratio))
        rows.append(
            _row((p, q, float(odds_ratio)), found, (*alone["response", p], *alone["toxicity", q]))
        )
        ends.append(tuple(found.patients.tolist()))
    return Together(rule, tuple(rows), tuple(ends))


def _fit_toxicity(toxicity: Boundaries, most_patients: int) -> Boundaries:
    """Return the bounds up to the size of the trial, with an empty look at its end if none."""
    kept = [step for step in toxicity.steps() if step[0] <= most_patients]
    if all(least is None for _, _, least in kept):
        msg = (
            f"the toxicity rule never stops a trial of {most_patients} patients; give it an upper "
            "bound (stop_at_least) at a look within them"
        )
        raise DesignError(msg)
    if kept[-1][0] < most_patients:
        kept.append((most_patients, None, None))
    return Boundaries(*(tuple(part) for part in zip(*kept, strict=True)))


def _alone(
    response: Boundaries,
    toxicity: Boundaries,
    rates: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Iterator[tuple[tuple[str, float], tuple[float, ...]]]:
    """Yield what each rule does by itself at each of its rates."""
    found = response.characteristics(rates[0])
    declares = np.clip(1 - found.probability_low, 0.0, 1.0)
    for p, chance, expected in zip(rates[0], declares, found.expected_patients, strict=True):
        yield ("response", float(p)), (float(chance), float(expected))
    stops = toxicity.characteristics(rates[1]).probability_high
    for q, chance in zip(rates[1], stops, strict=True):
        yield ("toxicity", float(q)), (float(chance),)


def _row(
    rates: tuple[float, float, float], found: JointCharacteristics, alone: tuple[float, ...]
) -> TogetherRow:
    by_first, by_second, by_both = (
        float(min(part.sum(), 1.0)) for part in (found.by_first, found.by_second, found.by_both)
    )
    response_alone, expected_alone, toxicity_alone = alone
    return TogetherRow(
        *rates,
        declares_activity=found.probability_success,
        stops_for_response=by_first,
        stops_for_toxicity=by_second,
        stops_for_both=by_both,
        early_stop=found.probability_early_stop,
        expected_patients=found.expected_patients,
        response_alone=response_alone,
        expected_alone=expected_alone,
        toxicity_alone=toxicity_alone,
    )
