"""The chance of each stop of a running trial, given what was seen and what is still open.

The patients are walked through in the order of enrolment. A seen outcome is added as it is; an
open one is a response with a chance, which is a fixed rate or, under a beta distribution, moves
with every response before it. At each look what stops is taken out. Every term is positive and
nothing is rounded away: no approximation.

Sources
-------
Armitage, McPherson & Rowe 1969: the recursion. Lee & Liu 2008 (Clin Trials 5: 93): the
beta-binomial predictive distribution; here one patient at a time (Polya's urn).
Oracle: brute force over all outcomes, ``tests/unit/design/test_outlook.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.design.boundaries import Bound, Boundaries
    from trialwright.stats.beta_binomial import BetaRate

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


class StageSeen(NamedTuple):
    """What is known of the patients between two looks.

    Parameters
    ----------
    responders : int
        Patients who responded.
    others : int
        Patients who did not.
    pending : int
        Patients enrolled who may still respond.
    to_enrol : int
        Patients not yet enrolled.
    """

    responders: int
    others: int
    pending: int
    to_enrol: int


class StopChances(NamedTuple):
    """Chance to stop at each of k looks by the lower and by the upper bound."""

    low: tuple[float, ...]
    high: tuple[float, ...]


def split_by_look(plan: Boundaries, responses: Sequence[bool | None]) -> tuple[StageSeen, ...]:
    """Return what is known of the patients that each look adds, in order of enrolment."""
    found, before = [], 0
    for look in plan.looks:
        added = responses[before:look]
        yes, pending = sum(x is True for x in added), sum(x is None for x in added)
        unseen = look - before - len(added)
        found.append(StageSeen(yes, len(added) - yes - pending, pending, unseen))
        before = look
    return tuple(found)


def stop_chances(
    plan: Boundaries,
    stages: Sequence[StageSeen],
    law: float | BetaRate,
    *,
    pending_rate: float | None = None,
) -> StopChances:
    """Return the chance of each stop.

    Parameters
    ----------
    plan : Boundaries
        The rule.
    stages : sequence of StageSeen
        What is known of the patients that each look adds; from `split_by_look`.
    law : float or BetaRate
        True rate of the open outcomes, in [0, 1], or what is believed of it: a posterior that
        already holds every seen outcome.
    pending_rate : float or None
        Chance that a pending patient responds, if it is another one than that of new patients;
        the pending then say nothing of the rate. None: the pending are like new patients.

    Returns
    -------
    StopChances
        One number a look; together with the chance that nothing stops they sum to 1.
    """
    # alive[i, j]: nothing stopped, i pending patients with their own chance and j others responded
    alive, seen, drawn = np.ones((1, 1)), 0, 0
    low, high = [], []
    for stage, (_, most, least) in zip(stages, plan.steps(), strict=True):
        seen += stage.responders
        apart = 0 if pending_rate is None else stage.pending
        for _ in range(apart):
            alive = _add_patient(alive.T, np.full(alive.shape[0], pending_rate)).T
        for _ in range(stage.pending - apart + stage.to_enrol):
            alive = _add_patient(alive, _chance(law, drawn))
            drawn += 1
        stops_low, stops_high = _stopped(alive, seen, most, least)
        low.append(float(alive[stops_low].sum()))
        high.append(float(alive[stops_high].sum()))
        alive = np.where(stops_low | stops_high, 0.0, alive)
    return StopChances(tuple(low), tuple(high))


def _chance(law: float | BetaRate, drawn: int) -> Floats:
    """Return the chance of the next response, by how many of those drawn responded."""
    if isinstance(law, (int, float)):
        return np.full(drawn + 1, float(law))
    return np.asarray((law.a + np.arange(drawn + 1)) / (law.a + law.b + drawn))


def _add_patient(alive: Floats, chance: Floats) -> Floats:
    """Return the distribution after one more patient, whose count is the second axis."""
    grown = np.zeros((alive.shape[0], alive.shape[1] + 1))
    grown[:, :-1] = alive * (1 - chance)
    grown[:, 1:] += alive * chance
    return grown


def _stopped(alive: Floats, seen: int, most: Bound, least: Bound) -> tuple[Flags, Flags]:
    """Return which counts a look stops, by the lower and by the upper bound."""
    apart, others = np.indices(alive.shape)
    count = np.asarray(seen + apart + others)
    nothing = np.zeros(alive.shape, bool)
    low = nothing if most is None else np.asarray(count <= most)
    high = nothing if least is None else np.asarray(count >= least)
    return low, high
