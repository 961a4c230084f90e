"""What a rule finds in laboratory values: the times for which they were as high as it says.

Values are multiples of the upper limit of normal, so no unit matters. A time begins with the first
sample that the rule is about and is over once every analyte of the rule has come down as far as it
asks. A sample soon after an ablation (``safety.ablation_rise_days``) is marked: the procedure
raises transaminases for some days, and such a rise is no first occurrence of another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwright.safety.dosing.facts import PatientFacts, SampleFact
    from trialwright.study.dose_rules_section import DoseRule

Answer = bool | str  # a text names what is missing
_BELOW, _ABOVE = ("<", "<="), (">", ">=")


@dataclass(frozen=True, slots=True)
class HighTime:
    """A time for which values were as a rule says, or samples of which it cannot be told.

    Parameters
    ----------
    samples : tuple of SampleFact
        What it rests on, the first and the highest of them.
    missing : tuple of str
        What the rule needs and the data do not say.
    begun, down : date, date or None
        The first day on which the rule fits, and that on which the values had come down.
    after_ablation : int or None
        Days since an ablation that explains the first sample.
    """

    samples: tuple[SampleFact, ...]
    missing: tuple[str, ...]
    begun: date
    down: date | None
    after_ablation: int | None


def read_values(facts: PatientFacts, rule: DoseRule, drug: str) -> Iterator[HighTime]:
    """Read one rule on the samples since the first dose of a drug.

    Parameters
    ----------
    facts : PatientFacts
        The patient, as known on one day.
    rule : DoseRule
        A rule of laboratory values.
    drug : str
        As the study names it; it has been given.
    """
    first = facts.first_dose(drug)
    about = [_liver(facts, rule), *_baseline(facts, rule)]
    if first is None or any(answer is False for answer in about):
        return
    unknown = tuple(answer for answer in about if isinstance(answer, str))
    asked = {*(rule.analytes or ()), rule.with_analyte}
    samples = [
        one
        for one in facts.samples
        if one.analyte in asked and one.day >= first and not one.is_baseline
    ]
    own = [one for one in samples if one.analyte in (rule.analytes or ())]
    times = tuple(_high_times(rule, own, samples, facts))
    counted = 0
    for time in times:
        yield from _with_occurrence(rule, time, unknown, counted)
        counted += time.after_ablation is None
    if not times or times[-1].down is not None:
        yield from _untold(rule, own, samples, facts, unknown)


def _with_occurrence(
    rule: DoseRule, time: HighTime, unknown: tuple[str, ...], before: int
) -> Iterator[HighTime]:
    if rule.occurrence is not None and (rule.occurrence == "recurrent") != (before > 0):
        return
    yield HighTime(
        time.samples, (*unknown, *time.missing), time.begun, time.down, time.after_ablation
    )


def _high_times(
    rule: DoseRule, own: Sequence[SampleFact], samples: Sequence[SampleFact], facts: PatientFacts
) -> Iterator[HighTime]:
    """Yield the times for which the values are as the rule says, one after the other.

    A time that an ablation explains and that lasts beyond it is yielded twice: as explained, and
    from its first sample that the ablation no longer explains.
    """
    opened: list[HighTime] = []
    last: dict[str, SampleFact] = {}
    for sample in own:
        last[sample.analyte] = sample
        partner = _is_in_band(rule, sample) is True and _companion(rule, sample, samples)
        if not isinstance(partner, str | bool):
            _add(opened, (sample, partner))
        elif partner is True:
            _add(opened, (sample,))
        elif opened and all(_is_down(rule, one, facts) for one in last.values()):
            yield from (replace(time, down=sample.day) for time in opened)
            opened = []
    yield from opened


def _add(opened: list[HighTime], found: tuple[SampleFact, ...]) -> None:
    """Open a time with what was found, or keep it as the highest of the one that is open."""
    sample = found[0]
    leaves_ablation = opened and opened[-1].after_ablation is not None
    if not opened or (leaves_ablation and sample.after_ablation is None):
        begun = max(one.day for one in found)
        opened.append(HighTime(found, (), begun, None, sample.after_ablation))
        return
    first = opened[-1].samples[0]
    seconds = {one.analyte for one in found[1:]}
    highest = max(one.ratio or 0.0 for one in opened[-1].samples if one.analyte not in seconds)
    if (sample.ratio or 0.0) > highest:
        opened[-1] = replace(opened[-1], samples=tuple(dict.fromkeys((first, *found))))


def _companion(
    rule: DoseRule, sample: SampleFact, samples: Sequence[SampleFact]
) -> SampleFact | Answer:
    """Return the sample of the second analyte that is high at the same time; yes if none is asked.

    Of several within the days of the rule the highest counts. One that was high before the sample
    counts; one that was low before it says nothing, because bilirubin follows the transaminases.
    """
    if rule.with_analyte is None or rule.with_above is None or rule.with_days is None:
        return True
    near = [
        one
        for one in samples
        if one.analyte == rule.with_analyte
        and abs((one.day - sample.day).days) <= rule.with_days
        and one.ratio is not None
    ]
    answers = [(one, _is_above(one, rule.with_above)) for one in near]
    high = [one for one, above in answers if above is True]
    if high:
        return max(high, key=lambda one: one.ratio or 0.0)
    unsure = [above for _, above in answers if isinstance(above, str)]
    if unsure:
        return unsure[-1]
    if any(one.day >= sample.day for one in near):
        return False
    after = f" or within {rule.with_days} days after it" if rule.with_days else ""
    return f"{rule.with_analyte} on {sample.day}{after}"


def _untold(
    rule: DoseRule,
    own: Sequence[SampleFact],
    samples: Sequence[SampleFact],
    facts: PatientFacts,
    unknown: tuple[str, ...],
) -> Iterator[HighTime]:
    """Yield what keeps the rule from being told of the last samples."""
    if rule.occurrence == "recurrent":
        return
    absent = [name for name in rule.analytes or () if all(one.analyte != name for one in own)]
    if absent:
        none_yet = f"{' and '.join(absent)} since the first dose"
        yield HighTime((), (*unknown, none_yet), facts.on, None, None)
    for sample in {one.analyte: one for one in own}.values():
        inside, partner = _is_in_band(rule, sample), _companion(rule, sample, samples)
        missing = tuple(answer for answer in (inside, partner) if isinstance(answer, str))
        if missing and inside is not False and partner is not False:
            yield HighTime((sample,), (*unknown, *missing), sample.day, None, sample.after_ablation)


def _is_in_band(rule: DoseRule, sample: SampleFact) -> Answer:
    """Tell whether a value lies above the lower and not above the upper multiple of a rule.

    A value known to lie above the lower one and perhaps above the upper one is taken as within: the
    rule beyond, which is more severe, is shown as one that cannot be told.
    """
    over = _is_above(sample, rule.above or 0.0)
    if over is False or rule.up_to is None:
        return over
    return False if _is_above(sample, rule.up_to) is True else over


def _is_above(sample: SampleFact, bound: float) -> Answer:
    """Tell whether a value lies above a multiple of its limit; the multiple itself does not."""
    if sample.ratio is None:
        return f"the value, unit or upper limit of normal of {sample.analyte} on {sample.day}"
    if sample.qualifier in _BELOW:
        return False if sample.ratio <= bound else f"more than {sample.words}"
    if sample.qualifier in _ABOVE:
        reached = sample.ratio > bound or (sample.ratio == bound and sample.qualifier == ">")
        return True if reached else f"more than {sample.words}"
    return sample.ratio > bound


def _is_down(rule: DoseRule, sample: SampleFact, facts: PatientFacts) -> bool:
    """Tell whether a value is back where the drug may be given again, or at its baseline."""
    bound = rule.return_at_most or rule.above or 0.0
    before = _baseline_of(facts, sample.analyte)
    return _is_above(sample, max(bound, before or 0.0)) is False


def _baseline_of(facts: PatientFacts, analyte: str) -> float | None:
    found = [one.ratio for one in facts.samples if one.is_baseline and one.analyte == analyte]
    return found[-1] if found else None


def _baseline(facts: PatientFacts, rule: DoseRule) -> Iterator[Answer]:
    """Answer in which band the highest of the analytes was before treatment."""
    if rule.baseline_above is None and rule.baseline_up_to is None:
        return
    names = rule.baseline_analytes or rule.analytes or ()
    found = {name: _baseline_of(facts, name) for name in names}
    absent = [name for name, ratio in found.items() if ratio is None]
    known = [ratio for ratio in found.values() if ratio is not None]
    highest = max(known, default=0.0)
    if rule.baseline_up_to is not None and highest > rule.baseline_up_to:
        yield False  # a missing one could only be higher still
    elif absent:
        yield f"{' and '.join(absent)} before treatment, as a multiple of its upper limit"
    else:
        yield rule.baseline_above is None or highest > rule.baseline_above


def _liver(facts: PatientFacts, rule: DoseRule) -> Answer:
    if rule.liver_involved is None:
        return True
    if facts.liver_involved is None:
        return "whether there is tumour in the liver (no lesion at baseline is on file)"
    return facts.liver_involved == rule.liver_involved
