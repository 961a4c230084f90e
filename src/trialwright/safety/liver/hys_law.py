"""Candidates of Hy's law: a rise of transaminase with bilirubin, and every condition shown.

Source: FDA guidance, Drug-Induced Liver Injury: Premarketing Clinical Evaluation (July 2009):
ALT or AST of 3 or more times the upper limit and total bilirubin of 2 or more times,
without initial findings of cholestasis (alkaline phosphatase), and no other reason to be found.
Oracle: tests/oracle/safety/test_hys_law_admiral.py. Decisions: docs/decisions/022-liver.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.safety.liver.candidate import Condition, CorrectedPair, HysLawCandidate
from trialwright.safety.liver.causes import Rise, find_other_causes
from trialwright.safety.liver.pairs import LiverChoices, find_episodes
from trialwright.safety.liver.samples import (
    ALKALINE_PHOSPHATASE,
    reaches_multiple,
    read_liver_samples,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.liver.candidate import Bucket
    from trialwright.safety.liver.causes import OtherCause
    from trialwright.safety.liver.pairs import Pair
    from trialwright.safety.liver.samples import LiverSample, LiverSamples
    from trialwright.study.model import Study

ALKALINE_PHOSPHATASE_LINE = 2.0  # times the upper limit (FDA 2009)


def find_hys_law(
    graded: pl.DataFrame,
    dataset: Dataset,
    study: Study,
    courses: Mapping[str, TreatmentCourse],
) -> tuple[HysLawCandidate, ...]:
    """Find the candidates of Hy's law.

    Parameters
    ----------
    graded : polars.DataFrame
        From ``grade_laboratory``.
    dataset : Dataset
        What was observed: the other causes are looked for in it.
    study : Study
        ``safety.liver_window_days``, ``safety.ablation_explains_days`` and
        ``safety.significant_digits``.
    courses : mapping of str to TreatmentCourse
        From ``gather_courses``.

    Returns
    -------
    tuple of HysLawCandidate
        By patient in the order of the courses, and by date: one an episode, told by its first pair
        of samples. A pair of which one value follows an ablation is procedural and makes an episode
        of its own beside those without, so that a procedural rise hides nothing. A new episode
        begins where the transaminase rises more than ``liver_window_days`` after the last pair.
        Where a value with ``<`` or ``>`` leaves open whether the criteria are met, and no episode
        near it meets them, there is a candidate of which that condition is not known.

    Raises
    ------
    StudyError
        If one of the choices is still a gap.

    Notes
    -----
    A pair is a transaminase of at least 3 times the upper limit after the first treatment, and a
    bilirubin of at least 2 times on the same day or at most ``liver_window_days`` later. Bilirubin
    that was high before and no more from that day on makes no pair: it did not follow the injury.

    Source: FDA guidance on drug-induced liver injury (July 2009); choices: ``docs/decisions/022``.
    Oracle: ``tests/oracle/safety/test_hys_law_admiral.py``.

    Examples
    --------
    >>> from datetime import date
    >>> import polars as pl
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.safety import gather_courses, grade_laboratory
    >>> from trialwright.study import read_study
    >>> doses = pl.DataFrame({"patient_id": ["014"], "drug": ["Regorafenib"], "dose_mg": [80.0],
    ...     "start_date": [date(2026, 3, 2)], "end_date": [date(2026, 3, 22)]})
    >>> labs = pl.DataFrame({"patient_id": ["014"] * 2, "test": ["ALT", "bilirubin"],
    ...     "value": [260.0, 60.0], "unit": ["U/L", "umol/L"], "upper_limit": [40.0, 20.0],
    ...     "sample_date": [date(2026, 3, 20)] * 2})
    >>> data = Dataset.create({"doses": doses, "labs": labs}, source="made in code")
    >>> study = read_study("examples/crclm/study.toml")
    >>> courses = gather_courses(data, study)
    >>> (one,) = find_hys_law(grade_laboratory(data, study, courses), data, study, courses)
    >>> one.bucket, one.conditions[2].words
    ('not known', 'no sample within 30 days')
    """
    choices = LiverChoices(
        study.safety.liver_window_days.require(),
        study.safety.ablation_explains_days.require(),
        study.safety.significant_digits.require(),
    )
    return tuple(
        candidate
        for patient, samples in read_liver_samples(graded, courses).items()
        for candidate in _of_patient(samples, dataset, courses[patient], choices)
    )


def _of_patient(
    samples: LiverSamples, dataset: Dataset, course: TreatmentCourse, choices: LiverChoices
) -> Iterator[HysLawCandidate]:
    for episode in find_episodes(samples, course, choices):
        yield _judge(episode, samples, dataset, course, choices)


def _judge(
    episode: Sequence[Pair],
    samples: LiverSamples,
    dataset: Dataset,
    course: TreatmentCourse,
    choices: LiverChoices,
) -> HysLawCandidate:
    pair, injury, jaundice = episode[0], *episode[0].samples
    met = [one.meets_corrected(choices.digits) for one in episode]
    is_met = next(answer for answer in (True, None, False) if answer in met)
    telling = episode[met.index(is_met)]
    rise = Rise(injury.date, jaundice.date, choices.window_days, choices.explains_days)
    causes = find_other_causes(dataset, course, rise)
    cholestasis = _cholestasis(samples, rise, choices)
    conditions = (*_laboratory(pair, course), cholestasis, _no_other_cause(causes))
    return HysLawCandidate(
        course.patient_id,
        _choose_bucket(conditions, causes),
        injury,
        jaundice,
        conditions,
        causes,
        CorrectedPair(*telling.samples) if is_met else None,
        is_met,
        _say_corrected(telling, is_met),
        _say_verdict(pair, cholestasis, causes),
    )


def _laboratory(pair: Pair, course: TreatmentCourse) -> tuple[Condition, Condition]:
    injury, jaundice = pair.samples
    last, apart = course.last_treatment, (jaundice.date - injury.date).days
    late = 0 if last is None else (injury.date - last).days
    when = f", day {late} after the last treatment" if late > 0 else ""
    plural = "" if apart == 1 else "s"
    after = f"{apart} day{plural} later" if apart else "on the same day"
    return (
        Condition(
            "ALT or AST at least 3 times the upper limit", pair.transaminase_met, f"{injury}{when}"
        ),
        Condition(
            "bilirubin at least 2 times the upper limit", pair.bilirubin_met, f"{jaundice}, {after}"
        ),
    )


def _cholestasis(samples: LiverSamples, rise: Rise, choices: LiverChoices) -> Condition:
    """Judge the highest alkaline phosphatase from the one sample to the other.

    If none was taken in that time it is the one nearest to the sample of transaminase, at most the
    window away; never a value that was not measured.
    """
    name = "alkaline phosphatase below 2 times the upper limit"
    taken = samples.of(ALKALINE_PHOSPHATASE)
    during = [one for one in taken if rise.transaminase <= one.date <= rise.bilirubin]
    near = [one for one in taken if _distance(one, rise.transaminase) <= choices.window_days]
    if during:
        shown = max(during, key=lambda one: one.multiple)
    elif near:
        shown = min(near, key=lambda one: (_distance(one, rise.transaminase), -one.multiple))
    else:
        return Condition(name, None, f"no sample within {choices.window_days} days")
    reached = reaches_multiple(shown, ALKALINE_PHOSPHATASE_LINE, choices.digits)
    return Condition(name, None if reached is None else not reached, str(shown))


def _distance(sample: LiverSample, day: date) -> int:
    return abs((sample.date - day).days)


def _no_other_cause(causes: Sequence[OtherCause]) -> Condition:
    name = "no other cause in the data"
    found = [f"{one.name}: {one.words}" for one in causes if one.found]
    if found:
        return Condition(name, False, "; ".join(found))
    unknown = _unknown(causes)
    if unknown:
        return Condition(name, None, f"not known: {unknown}")
    return Condition(name, True, f"looked for {', '.join(one.name for one in causes)}")


def _unknown(causes: Sequence[OtherCause]) -> str:
    return ", ".join(dict.fromkeys(one.words for one in causes if one.found is None))


def _choose_bucket(conditions: Sequence[Condition], causes: Sequence[OtherCause]) -> Bucket:
    """Choose the first reason against it: ablation, other cause, cholestasis, what is open."""
    ablation, *others = causes
    if ablation.found:
        return "procedural"
    if any(one.found for one in others):
        return "other cause"
    if any(one.holds is False for one in conditions):
        return "cholestatic"
    return "not known" if any(one.holds is None for one in conditions) else "every condition"


def _say_verdict(pair: Pair, cholestasis: Condition, causes: Sequence[OtherCause]) -> str:
    found = [f"{one.name} ({one.words})" for one in causes if one.found]
    parts = [f"another cause is on file: {' and '.join(found)}"] if found else []
    if cholestasis.holds is False:
        parts.append(f"cholestatic: {cholestasis.words}")
    if cholestasis.holds is None:
        parts.append(f"alkaline phosphatase not known ({cholestasis.words})")
    unknown = _unknown(causes)
    if unknown:
        parts.append(f"other causes not known ({unknown})")
    if pair.is_open:
        return "; ".join((_say_open(pair), *parts))
    return f"laboratory criteria met; {'; '.join(parts)}" if parts else "meets every condition"


def _say_open(pair: Pair) -> str:
    met = zip(pair.samples, (pair.transaminase_met, pair.bilirubin_met), strict=True)
    words = " and ".join(str(one) for one, is_met in met if is_met is None)
    return f"whether the laboratory criteria are met is not known ({words})"


def _say_corrected(pair: Pair, is_met: bool | None) -> str:
    """Say what the multiples of max(upper limit, baseline) make of it."""
    limit = "multiples of max(upper limit, baseline)"
    if is_met:
        words = (f"{one.say_corrected()} on {one.date}" for one in pair.samples)
        return f"met as well by {limit}: {', '.join(words)}"
    missing = " and ".join(one.name for one in pair.samples if one.baseline is None)
    if is_met is None and missing:
        return f"not known by {limit}: no baseline of {missing}"
    words = (one.say_corrected() for one in pair.samples if one.baseline is not None)
    return f"{'not known' if is_met is None else 'not met'} by {limit}: {', '.join(words)}"
