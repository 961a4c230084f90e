"""Narratives of serious events: a paragraph each, of what is on file; what is not is said so.

Source: ICH E3, section 12.3.2 (what a narrative tells of an event).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import say_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.formats import Days
    from trialwright.safety.serious_event import LiverCourse, ReportedValue, SeriousEvent

_PEOPLE = {"female": "a woman", "male": "a man"}


def write_narrative(one: SeriousEvent, days: Days) -> str:
    """Tell a serious event in words.

    Parameters
    ----------
    one : SeriousEvent
        What is on file, from ``safety.serious_events``.
    days : Days
        How days are written.
    """
    sentences = (
        f"{_say_person(one)} {_say_treatment(one, days)}",
        *_say_event(one, days),
        _say_seriousness(one),
        _say_attribution(one),
        _say_actions(one),
        _say_countermeasures(one),
        _say_outcome(one, days),
        _say_medications(one),
        *_say_liver(one, days),
    )
    return " ".join(sentences)


def _say_person(one: SeriousEvent) -> str:
    person = _PEOPLE.get(one.sex or "", "a patient of unknown sex")
    age = one.age
    if age.at_least is None:
        return f"{one.patient_id or 'A patient without an identifier'}, {person} (age {age}),"
    return f"{one.patient_id or 'A patient without an identifier'}, {person} aged {age},"


def _say_treatment(one: SeriousEvent, days: Days) -> str:
    if one.first_treatment is None:
        return "was never given study treatment."
    begun = f"began study treatment on {days.show(one.first_treatment)}."
    if one.onset.whole is None:
        return f"{begun} Which doses came before the event is not known."
    given = [
        f"{drug.drug} since {days.show(drug.first_dose)}, last {drug.dose_mg:g} mg on "
        f"{days.show(drug.last_given)}"
        for drug in one.drugs
    ]
    if one.ablation is not None:
        given.append(f"{one.ablation.modality} on {days.show(one.ablation.date)}")
    if not given:
        return f"{begun} No dose and no ablation came before the event."
    return f"{begun} Given up to the onset: {'; '.join(given)}."


def _say_event(one: SeriousEvent, days: Days) -> Iterator[str]:
    grade = "of unknown grade" if one.grade is None else f"of grade {one.grade}"
    words = f"{one.term} {grade}"
    if one.reported_term and one.reported_term.casefold() != one.term.casefold():
        words += f" (reported as: {one.reported_term})"
    day = days.in_words(str(one.onset))
    yield f"{words} began on {day}{_say_place(one)}."
    if not one.emergent:
        yield f"It is not treatment-emergent: {days.in_words(one.emergent_why)}."


def _say_place(one: SeriousEvent) -> str:
    """Place an onset to the first treatment and to the last ablation."""
    places = []
    if one.onset_day is not None:
        places.append(f"study day {one.onset_day}".replace("-", "−"))
    if one.after_ablation_days is not None:
        after = one.after_ablation_days
        places.append(
            "the day of the last ablation"
            if after == 0
            else f"{say_count(after, 'day')} after the last ablation"
        )
    elif one.onset.whole is not None and one.first_treatment is not None:
        places.append("no ablation before")
    return f" ({', '.join(places)})" if places else ""


def _say_seriousness(one: SeriousEvent) -> str:
    if one.recorded_serious is None:
        return "Whether it was serious is not stated; it is told because it was fatal."
    if not one.recorded_serious:
        return "It was recorded as not serious; it is told because it was fatal."
    return f"Serious because of: {'; '.join(one.criteria) or 'not stated'}."


def _say_attribution(one: SeriousEvent) -> str:
    if not one.assessed:
        return "Its cause was not assessed."
    return f"Attributed by the investigator to: {_join(one.related) or 'none of the treatments'}."


def _say_actions(one: SeriousEvent) -> str:
    return f"What was done with the treatment: {'; '.join(one.led_to) or 'no change on file'}."


def _say_countermeasures(one: SeriousEvent) -> str:
    if one.treated_with:
        return f"The event was treated with: {_join(one.treated_with)}."
    return f"Treatment of the event: {'none' if one.untreated else 'not stated'}."


def _say_outcome(one: SeriousEvent, days: Days) -> str:
    outcome = one.outcome or "not stated"
    if one.resolution is None:
        return f"Outcome: {outcome}; no end is on file."
    lasted = "" if one.duration_days is None else f", after {say_count(one.duration_days, 'day')}"
    return f"Outcome: {outcome}; it ended on {days.show(one.resolution)}{lasted}."


def _say_medications(one: SeriousEvent) -> str:
    if one.medications is None:
        why = "the onset is not dated" if one.medications_collected else "not collected"
        return f"Concomitant medication: {why}."
    named = [
        f"{taken.name}{f' for {taken.indication}' if taken.indication else ''}"
        f"{'' if taken.sure else ' (perhaps: the dates leave it open)'}"
        for taken in one.medications
    ]
    return f"Concomitant medication at the onset: {'; '.join(named) or 'none on file'}."


def _say_liver(one: SeriousEvent, days: Days) -> Iterator[str]:
    if one.liver is None:
        return
    if not one.liver:
        yield "Liver tests: none on file."
        return
    yield f"Liver tests: {'; '.join(_say_test(test, days) for test in one.liver)}."


def _say_test(test: LiverCourse, days: Days) -> str:
    baseline = "no baseline" if test.baseline is None else f"baseline {test.baseline.written}"
    if test.highest is None:
        return f"{test.analyte}: {baseline}, no value during the event"
    return f"{test.analyte}: {baseline}, highest {_say_value(test.highest, days)}"


def _say_value(value: ReportedValue, days: Days) -> str:
    times = "" if value.multiple is None else f" ({value.multiple:.1f} times the upper limit)"
    return f"{value.written}{times} on {days.show(value.date)}"


def _join(names: Sequence[str]) -> str:
    return ", ".join(names)
