"""Derive every endpoint of many patients with compiled rules.

Each range of patients writes only its own entries, so the results are the same, bit for bit, for
any number of threads.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.endpoints.bulk.followed import (
    EndpointRules,
    Endpoints,
    Followed,
    follow_patient,
)
from trialwright.endpoints.bulk.timed import blank_times
from trialwright.machine_code import compile_range, share_ranges
from trialwright.records import as_plain_numbers
from trialwright.response.bulk.compiled import RULE_MODULES
from trialwright.response.codes import Response
from trialwright.response.rules import ResponseRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.endpoints.time_rules import TimeRules
    from trialwright.response.bulk.ragged import Courses, Results
    from trialwright.study.model import Study

_MODULES = (
    *RULE_MODULES,
    "trialwright.study.calendar",
    "trialwright.endpoints.endings",
    "trialwright.endpoints.censoring",
    "trialwright.endpoints.bulk.followed",
)


def endpoint_rules(study: Study, times: TimeRules) -> EndpointRules:
    """Take the choices from a study as plain numbers, as compiled rules read them.

    Parameters
    ----------
    study : Study
        The study file.
    times : TimeRules
        How time is counted, from ``TimeRules.of``.

    Raises
    ------
    ValueError
        If the study counts time from enrolment, or the calls of iRECIST: in bulk days are counted
        from the first treatment, and scans are read by RECIST 1.1.
    """
    for name, value, only in (
        ("endpoints.time_origin", times.origin, "first_treatment"),
        ("endpoints.overall_survival_origin", times.survival_origin, "first_treatment"),
        ("endpoints.criteria", times.criteria, "RECIST 1.1"),
    ):
        if value != only:
            msg = f"{name} is {value!r}; endpoints in bulk know {only!r} alone"
            raise ValueError(msg)
    reading = ResponseRules.of(study)
    return EndpointRules(
        censoring=as_plain_numbers(times.censoring),
        best=reading.best,
        confirm=reading.confirm,
        control_days=study.endpoints.disease_control_minimum_days.require(),
        death_ends_response=times.death_ends_response,
        death_in_progression=int(times.death_in_progression),
    )


def follow_many(
    followed: Followed, rules: EndpointRules, *, threads: int = 1, compiled: bool = True
) -> Endpoints:
    """Derive every endpoint of every patient.

    Parameters
    ----------
    followed : Followed
        What was seen of the patients.
    rules : EndpointRules
        The study's choices.
    threads : int
        How many processor cores to use. The results do not depend on it.
    compiled : bool
        Whether to compile the rules; else they run as plain Python, for a few patients.

    Returns
    -------
    Endpoints

    Raises
    ------
    ValueError
        If the arrays do not fit together.
    MissingExtra
        If the rules are to be compiled and Numba is not installed.
    """
    check_followed(followed)
    found = _blank(followed.patients)
    if not compiled:
        for patient in range(followed.patients):
            follow_patient(patient, followed, rules, found)
        return found
    follow_range = range_follower()
    share_ranges(
        lambda first, last: follow_range(first, last, followed, rules, found),
        followed.patients,
        threads,
    )
    return found


@functools.cache
def range_follower() -> Any:
    """Return the compiled ``follow_range(first, last, followed, rules, found)``."""
    return compile_range(_range_follower, _MODULES)


def _range_follower(digest: int) -> Any:
    def follow_range(
        first: int, last: int, followed: Followed, rules: EndpointRules, found: Endpoints
    ) -> int:
        for patient in range(first, last):
            follow_patient(patient, followed, rules, found)
        return digest

    return follow_range


def followed_of(
    courses: Courses,
    results: Results,
    *,
    confirm: bool,
    last_assessment: str,
    happened: dict[str, NDArray[Any]],
) -> Followed:
    """Put the calls of many patients together with what else happened to them.

    Parameters
    ----------
    courses, results : Courses, Results
        What was seen, and the calls of ``read_many``.
    confirm : bool
        Whether a response counts only when confirmed.
    last_assessment : {"adequate", "measured", "any"}
        ``times.last_assessment`` of the study; ``measured`` needs the sums.
    happened : dict of str to array, shape (patients,)
        ``death``, ``last_contact``, ``new_therapy``, ``local_therapy``, ``stop`` (days; ``inf``:
        never) and ``stop_for_progression``.
    """
    visits = np.diff(courses.visit_start)
    has_baseline = visits > 0
    after = np.ones(len(results.overall), dtype=np.bool_)
    after[courses.visit_start[:-1][has_baseline]] = False
    start = np.zeros(len(visits) + 1, np.int64)
    np.cumsum(np.maximum(visits - 1, 0), out=start[1:])
    overall = results.overall[after]
    evaluable = overall != Response.NE
    return Followed(
        start=start,
        day=results.day[after],
        overall=overall,
        adequate=_adequate(results, after, evaluable, last_assessment),
        evaluable=evaluable,
        counted=results.counted,
        best=results.confirmed if confirm else results.unconfirmed,
        has_baseline=has_baseline,
        **happened,
    )


def _adequate(
    results: Results, after: NDArray[np.bool_], evaluable: NDArray[np.bool_], which: str
) -> NDArray[np.bool_]:
    """Return `censoring.is_adequate` of every assessment, over arrays; tests hold both equal."""
    if which == "any":
        return np.ones_like(evaluable)
    if which == "adequate":
        return evaluable
    if len(results.sum_mm) != len(results.overall):
        msg = "censoring at the last measured assessment needs the sums: read_many(sums=True)"
        raise ValueError(msg)
    targets = results.target[after]
    measured = ~np.isnan(results.sum_mm[after])
    return np.where(targets == Response.NONE, evaluable, measured)


def check_followed(followed: Followed) -> None:
    """Check that the arrays fit together, because compiled rules do not look where they read.

    Raises
    ------
    ValueError
        Naming the array, its length and what it should be.
    """
    start, seen = followed.start, len(followed.day)
    if not len(start) or start[0] != 0 or start[-1] != seen or np.any(np.diff(start) < 0):
        msg = f"start must begin with 0, never fall, and end with the {seen} assessments"
        raise ValueError(msg)
    wanted = dict.fromkeys(("day", "overall", "adequate", "evaluable"), seen)
    wanted |= dict.fromkeys(followed._fields[5:], followed.patients)
    for name, length in wanted.items():
        array: Any = getattr(followed, name)
        if len(array) != length:
            msg = f"{name} has {len(array)} entries; give {length}"
            raise ValueError(msg)
        if array.dtype.kind == "f" and np.isnan(array).any():
            msg = f"{name} holds nan; inf stands for a day that never came"
            raise ValueError(msg)
    if np.any(followed.counted > np.diff(start)) or np.any(followed.counted < 0):
        msg = "counted must lie between 0 and the number of a patient's assessments"
        raise ValueError(msg)


def _blank(patients: int) -> Endpoints:
    responded, controlled = (np.zeros(patients, np.bool_) for _ in range(2))
    times = [blank_times(patients) for _ in Endpoints._fields[2:]]
    return Endpoints(responded, controlled, *times)
