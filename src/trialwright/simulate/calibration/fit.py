"""Fit a scenario to targets: the knobs are moved until virtual patients show the published rates.

What is reported at the end is read from other patients than those of the search.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from trialwright.errors import StudyError
from trialwright.simulate.calibration.calibration import Calibration, FittedTarget, Knob
from trialwright.simulate.calibration.identified import Identified, find_identified
from trialwright.simulate.calibration.search import STEP, KnobSearch, Search, look
from trialwright.simulate.calibration.setting import Setting, read_setting, setting_of_study
from trialwright.simulate.calibration.target import Target
from trialwright.simulate.scenario import Achieved
from trialwright.simulate.scenario_change import value_of
from trialwright.simulate.trials.response_rate import SHRINKAGE, find_shrinkage
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.simulate.calibration.reached import Reached
    from trialwright.simulate.calibration.target import Targets
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

KNOBS = (
    "growth.kg_median_per_week",
    "growth.ks_median_per_week",
    "growth.ks_patient_log_sd",
    "new_lesions.hazard_per_week",
    "survival.os_median_weeks",
)
_MISSED = 1.0  # standard errors by which a target counts as missed
_LUCK = 2.0  # Monte Carlo standard errors that may lie on top
_FELT = 0.02  # standard errors per logarithm below which a knob does not move a target


def calibrate(
    targets: Targets,
    start: Scenario,
    *,
    setting: Setting | None = None,
    knobs: Sequence[str] = KNOBS,
    search: Search | None = None,
) -> Calibration:
    """Fit a scenario to published targets.

    Parameters
    ----------
    targets : Targets
        Rates and medians with their standard errors, from ``read_targets``.
    start : Scenario
        Where to start; only the knobs change.
    setting : Setting or None
        The protocol that the targets were observed in; none: the one that the targets name.
    knobs : sequence of str
        Dotted names of positive numbers of the scenario.
    search : Search or None
        How to look for them; none: ``Search()``.

    Returns
    -------
    Calibration
        Also where a target cannot be reached, or the targets leave the knobs open: ``notes``
        and ``identified`` say so.

    Raises
    ------
    StudyError
        If no setting is named, or a knob does not exist in the scenario, is no number that can
        be moved on a log scale, or has no range.
    MissingExtra
        If Numba is not installed.

    Notes
    -----
    Weighted least squares: the sum over targets of ((reached - wanted share) / standard error)
    squared, by the trust-region method of ``scipy.optimize.least_squares`` on the logarithms of
    the knobs, with central differences of 0.05. A median enters as the rate at its time. Targets
    are taken as independent; rates of one curve are not.
    Oracle: with one knob and one target, the bisection of ``find_shrinkage``.
    """
    scene = _require_setting(targets, setting)
    made = KnobSearch(targets.targets, start, scene, tuple(knobs), search or Search())
    found, jacobian, settled = look(made)
    return _conclude(made, targets.title, found, jacobian, settled)


def calibrate_rate(
    study: Study, start: Scenario, rate: float, *, name: str, search: Search | None = None
) -> Calibration:
    """Move a scenario's median shrinkage until a share ``rate`` respond by a study's own rules.

    Parameters
    ----------
    study : Study
        Whose rules call a patient a responder.
    start : Scenario
        Where to start; nothing but ``growth.ks_median_per_week`` changes.
    rate : float
        Wanted response rate, in (0, 1).
    name : str
        How to call the study, such as the path of its file.
    search : Search or None
        Seed and patients; none: ``Search(patients=60_000)``.

    Raises
    ------
    StudyError
        If no shrinkage gives that rate; the message says how near the nearest comes.
    """
    how = search or Search(patients=60_000)
    setting = setting_of_study(study, name)
    # Nobody has published the rate: its error is that of the two simulations.
    both = 1 / (1 / how.patients + 1 / how.check_patients)
    wanted = Target.of_patients("ORR", rate, max(int(both), 1), "the rate asked for")
    made = KnobSearch((wanted,), start, setting, (SHRINKAGE,), how)
    ks = find_shrinkage(
        study, start, rate, seed=how.seed, patients=how.patients, threads=how.threads
    )
    found = np.array([log(ks)])
    title = f"a response rate of {rate:g}"
    return _conclude(made, title, found, made.jacobian(found), settled=True)


def _conclude(
    search: KnobSearch, title: str, found: Floats, jacobian: Floats, settled: bool
) -> Calibration:
    """Return the calibration that ends at these knobs, its rates read from other patients."""
    how = search.how
    fitted = search.scenario_at(found, title)
    check = search.draw(fitted, how.check_patients, FIRST_REFERENCE_TRIAL + how.patients)
    fitted = replace(fitted, achieved=_achieved(check, search.setting.name))
    reached = tuple(
        FittedTarget(one, check.value(one), check.share(one), check.patients)
        for one in search.targets
    )
    known = find_identified(jacobian, search.knobs)
    return Calibration(
        scenario=fitted,
        setting=search.setting.name,
        title=title,
        targets=reached,
        knobs=tuple(
            Knob(name, float(value_of(search.start, name)), float(value_of(fitted, name)), factor)
            for name, factor in zip(search.knobs, known.factors, strict=True)
        ),
        objective=float(sum(one.difference**2 for one in reached)),
        evaluations=search.evaluations,
        condition=known.condition,
        identified=not known.open_directions,
        settled=settled,
        notes=tuple(_notes(search, reached, known, found, jacobian, settled)),
        seed=how.seed,
        patients=how.patients,
    )


def _require_setting(targets: Targets, setting: Setting | None) -> Setting:
    if setting is not None:
        return setting
    if not targets.setting:
        msg = (
            f"targets {targets.title} name no setting; write setting = "
            '"three_untreated_lesions", the path of a setting, or give a study'
        )
        raise StudyError(msg)
    return read_setting(targets.setting)


def _achieved(check: Reached, setting: str) -> Achieved:
    """Return the six numbers that a scenario file says it achieved, rounded as it holds them."""
    months = [check.median(curve) for curve in ("PFS", "OS")]
    pfs, overall = (round(x, 2) if np.isfinite(x) else None for x in months)
    shares = [check.curves["PFS"].at(6.0).value, check.curves["OS"].at(12.0).value]
    at_6, at_12 = (round(float(x), 4) if np.isfinite(x) else None for x in shares)
    orr, dcr = (round(check.rates[name], 4) for name in ("ORR", "DCR"))
    return Achieved(setting, orr, dcr, pfs, at_6, overall, at_12)


def _notes(
    search: KnobSearch,
    reached: Sequence[FittedTarget],
    known: Identified,
    found: Floats,
    jacobian: Floats,
    settled: bool,
) -> list[str]:
    notes = []
    if len(search.targets) < len(search.knobs):
        notes.append(
            f"{len(search.targets)} targets for {len(search.knobs)} knobs: many scenarios fit as "
            "well; name fewer knobs or more targets"
        )
    notes += [f"the targets leave open: {one}" for one in known.open_directions]
    felt: Flags = np.abs(jacobian) >= _FELT
    for name, moves in zip(search.knobs, np.any(felt, axis=0).tolist(), strict=True):
        if not moves:
            notes.append(f"{name} moves no target")
    for one, moved in zip(reached, np.any(felt, axis=1).tolist(), strict=True):
        luck = _LUCK * one.simulation_error / one.target.standard_error
        if not abs(one.difference) <= _MISSED + luck:
            why = "" if moved else "; no knob moves it"
            notes.append(
                f"{one.target.estimate} is missed: wanted {one.target.value:g}, nearest "
                f"{one.reached:.4g}, {one.difference:+.1f} standard errors{why}"
            )
    for name, x, low, high in zip(search.knobs, found, search.low, search.high, strict=True):
        if min(x - low, high - x) < STEP:
            notes.append(f"{name} ends at the bound of its range, {exp(x):.4g}")
    if not settled:
        notes.append(f"the search did not settle within {search.how.most_steps} steps")
    return notes
