"""Where a running trial stands, what its next look needs, and what the next patient can change.

The patients are given in the order of enrolment, as `TwoStageDesign.decide` takes them: looks
count the first n1, n2, ... patients, whoever of them was evaluated first. Nothing here is a new
rule: every number comes from the `Boundaries` of the plan, exactly.

Sources
-------
Lee & Liu 2008 (Clin Trials 5: 93): predictive probability of success at the end of the trial.
Armitage, McPherson & Rowe 1969: the recursion over the looks.
Oracle: brute force over all outcomes, ``tests/unit/design/test_outlook.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.design.boundaries import check_rates
from trialwright.design.outlook.chances import StopChances, split_by_look, stop_chances
from trialwright.design.outlook.values import (
    Chances,
    LookOutlook,
    Outlook,
    PatientOutlook,
    has_good_end,
)
from trialwright.design.stage_decision import check_responses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.design.boundaries import Bound, Boundaries
    from trialwright.design.joint.rule import BadSide
    from trialwright.design.outlook.chances import StageSeen
    from trialwright.design.outlook.values import LookState, Standing
    from trialwright.stats.beta_binomial import BetaRate

_OBSERVED = "observed rate"
_PRIOR = "posterior"


def look_ahead(
    boundaries: Boundaries,
    responses: Sequence[bool | None],
    *,
    rates: Mapping[str, float] | None = None,
    prior: BetaRate | None = None,
    pending_rate: float | None = None,
    bad_side: BadSide = "low",
) -> Outlook:
    """Say where a trial stands, what its next look needs and what may become of it.

    Parameters
    ----------
    boundaries : Boundaries
        The plan.
    responses : sequence of bool or None
        One per patient, in order of enrolment; None for a patient who may still respond. Patients
        beyond the plan, or beyond the look that stopped it, are left out and counted so.
    rates : mapping of str to float, optional
        True rates to assume, by name: ``{"p0": 0.10, "p1": 0.30}``; each in [0, 1]. The observed
        rate is added once an outcome is known.
    prior : BetaRate, optional
        What was believed of the rate before the trial; adds the posterior, under which the chance
        of success is the predictive probability.
    pending_rate : float, optional
        Chance that a pending patient responds, in [0, 1], if it differs from that of a new one:
        most of those who respond have done so at their first scans. Not given: the pending are
        like patients not yet seen.
    bad_side : {"low", "high"}
        Which stop is a failure: "low" for responses, "high" for toxicities. Where the last look
        has no bound on the good side, a trial that nothing stopped has succeeded.

    Returns
    -------
    Outlook
        With tables (``to_frame``, ``patients_frame``) and the path for a boundary plot (``seen``).

    Raises
    ------
    ValueError
        If a response is none of True, False and None, ``bad_side`` is unknown, or a rate lies
        outside [0, 1].

    Notes
    -----
    Exact: sums over every outcome of the open patients, no simulation. The
    chance of success is a martingale: today's is the average of tomorrow's, weighed by the chance
    that the patient responds (not so under a prior with a ``pending_rate``: what the pending do
    tells of the rate only once it is seen). Source: Lee & Liu 2008; equals
    `trialwright.stats.predictive_probability` for a trial with one look.

    Examples
    --------
    >>> from trialwright.design.boundaries import Boundaries
    >>> simon = Boundaries((10, 29), (1, 5), (None, 6))
    >>> seen = [True, False, True, *[False] * 8, True, None, None]
    >>> found = look_ahead(simon, seen, rates={"p0": 0.10, "p1": 0.30})
    >>> found.standing, found.next_look.needed_to_stop_high
    ('under way', 3)
    >>> [(one.assumption, round(one.success, 4)) for one in found.chances]
    [('p0', 0.2382), ('p1', 0.9226), ('observed rate', 0.8363)]
    """
    seen = check_responses(responses)
    if bad_side not in ("low", "high"):
        msg = f"bad_side must be 'low' or 'high', not {bad_side!r}"
        raise ValueError(msg)
    if pending_rate is not None:
        check_rates([pending_rate])
    reserved = {_OBSERVED, "posterior"} & {*(rates or {})}
    if reserved:
        msg = f"rates names {sorted(reserved)}, which are added by themselves; take other names"
        raise ValueError(msg)
    assumed = {name: float(check_rates([rate])[0]) for name, rate in (rates or {}).items()}
    view = _View(boundaries, bad_side, pending_rate)
    known = [x for x in seen[: view.counted(seen)] if x is not None]
    if known:
        assumed[_OBSERVED] = sum(known) / len(known)
    laws = _Laws(assumed, prior)
    standing, at, states = _stand(boundaries, split_by_look(boundaries, seen))
    looks = tuple(_looks(boundaries, seen, states))
    patients = tuple(_patients(view, laws, seen)) if standing == "under way" else ()
    return Outlook(
        boundaries, seen, bad_side, standing, at, looks, view.chances(seen, laws), patients
    )


@dataclass(frozen=True, slots=True)
class _Laws:
    """What is assumed of the true rate: fixed rates by name, and a prior."""

    rates: Mapping[str, float]
    prior: BetaRate | None

    def after(self, seen: Sequence[bool | None]) -> Iterator[tuple[str, float, float | BetaRate]]:
        """Yield (name, chance of the next response, law) given what was seen."""
        for name, rate in self.rates.items():
            yield name, rate, rate
        if self.prior is not None:
            known = [x for x in seen if x is not None]
            posterior = self.prior.update(sum(known), len(known))
            yield _PRIOR, posterior.mean, posterior


@dataclass(frozen=True, slots=True)
class _View:
    """How outcomes are turned into chances: the rule, its bad side, the pending."""

    plan: Boundaries
    bad_side: BadSide
    pending_rate: float | None

    def counted(self, seen: Sequence[bool | None]) -> int:
        """Return how many of the patients the plan counts."""
        at = _stand(self.plan, split_by_look(self.plan, seen))[1]
        return min(len(seen), at or self.plan.most_patients)

    def chances(self, seen: Sequence[bool | None], laws: _Laws) -> tuple[Chances, ...]:
        """Return what may become of the trial, one an assumption."""
        counted = seen[: self.counted(seen)]
        stages = split_by_look(self.plan, counted)
        standing, at, _ = _stand(self.plan, stages)
        found = []
        for name, chance, law in laws.after(counted):
            stops = (
                stop_chances(self.plan, stages, law, pending_rate=self.pending_rate)
                if standing == "under way"
                else _certain(self.plan, standing, at)
            )
            found.append(Chances(name, chance, *stops, self._success(stops)))
        return tuple(found)

    def _success(self, stops: StopChances) -> float:
        """Return the chance of success: a good stop, or no stop where no good bound is last."""
        good, bad = (stops.high, stops.low) if self.bad_side == "low" else (stops.low, stops.high)
        if has_good_end(self.plan, self.bad_side):
            return min(1.0, sum(good))
        return min(1.0, max(0.0, 1 - sum(bad)))


def _stand(
    plan: Boundaries, stages: Sequence[StageSeen]
) -> tuple[Standing, int | None, tuple[LookState, ...]]:
    """Return what is certain: the standing, the look that decided, the state of each look."""
    states: list[LookState] = []
    fewest = unknown = 0
    for stage, (look, most, least) in zip(stages, plan.steps(), strict=True):
        # Every look before this one was passed for certain, so any count between these can come.
        fewest, unknown = fewest + stage.responders, unknown + stage.pending
        state = "open" if stage.to_enrol else _state(fewest, fewest + unknown, most, least)
        states.append(state)
        later = len(plan.looks) - len(states)
        if state in ("stopped low", "stopped high"):
            rest: LookState = "not needed"
            return state, look, (*states, *(rest for _ in range(later)))
        if state == "open":
            return "under way", None, (*states, *(state for _ in range(later)))
    return "ended", plan.most_patients, tuple(states)


def _state(fewest: int, most_possible: int, most: Bound, least: Bound) -> LookState:
    """Return what is certain of a look whose patients are all enrolled."""
    if most is not None and most_possible <= most:
        return "stopped low"
    if least is not None and fewest >= least:
        return "stopped high"
    may_stop = (most is not None and fewest <= most) or (
        least is not None and most_possible >= least
    )
    return "open" if may_stop else "passed"


def _certain(plan: Boundaries, standing: Standing, at: int | None) -> StopChances:
    """Return the chances of a trial that is decided: 0 and 1."""
    low, high = (
        tuple(float(standing == side and look == at) for look in plan.looks)
        for side in ("stopped low", "stopped high")
    )
    return StopChances(low, high)


def _looks(
    plan: Boundaries, seen: Sequence[bool | None], states: Sequence[LookState]
) -> Iterator[LookOutlook]:
    for (look, most, least), state in zip(plan.steps(), states, strict=True):
        counted = seen[:look]
        pending = sum(x is None for x in counted)
        yield LookOutlook(
            patients=look,
            stop_at_most=most,
            stop_at_least=least,
            responders=sum(x is True for x in counted),
            evaluated=len(counted) - pending,
            pending=pending,
            to_enrol=look - len(counted),
            state=state,
        )


def _patients(view: _View, laws: _Laws, seen: tuple[bool | None, ...]) -> Iterator[PatientOutlook]:
    """Yield what each open patient changes; those between the same two looks change the same."""
    known: dict[tuple[int, bool], PatientOutlook] = {}
    plan = view.plan
    enrolled = len(seen)
    for i in range(min(enrolled + 1, plan.most_patients)):
        if i < enrolled and seen[i] is not None:
            continue
        key = sum(look <= i for look in plan.looks), i < enrolled
        if key not in known:
            known[key] = _patient(view, laws, seen, i)
        yield replace(known[key], patient=i + 1)


def _patient(view: _View, laws: _Laws, seen: tuple[bool | None, ...], i: int) -> PatientOutlook:
    outcomes = [(*seen[:i], outcome, *seen[i + 1 :]) for outcome in (True, False)]
    yes, no = (view.chances(then, laws) for then in outcomes)
    stands = [_stand(view.plan, split_by_look(view.plan, then))[0] for then in outcomes]
    return PatientOutlook(i + 1, i < len(seen), yes, no, stands[0], stands[1])
