"""Say in one sentence, and as data, what a control shows and how local control ended.

No rule is decided here: the answers arrive with the controls that they stand on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response.ablated.rules import Answer, LocalEnd, Zone
from trialwright.response.result import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.ablated.result import Control
    from trialwright.response.patient import LocalTreatment


def explain_efficacy(
    controls: Sequence[Control],
    course: Sequence[LocalTreatment],
    primary: Answer,
    secondary: Answer | None,
) -> Reason:
    """Explain primary and secondary technique efficacy of one lesion.

    Parameters
    ----------
    controls : sequence of Control
        In order of date.
    course : sequence of LocalTreatment
        The defined course.
    primary, secondary : Answer
        What was decided; no secondary where ablation was not repeated.
    """
    words = [_primary_words(controls, course, primary)]
    if secondary is not None:
        words.append(f"after ablation was repeated: {_SECONDARY[secondary]}")
    return Reason("ablation.technique_efficacy", "; ".join(words))


def _primary_words(
    controls: Sequence[Control], course: Sequence[LocalTreatment], primary: Answer
) -> str:
    if not controls:
        return "no scan after the ablation says what the zone shows"
    first = controls[0]
    if primary == Answer.NOT_ASSESSED:
        return f"ablation was repeated before the first control, {first.visit} ({first.date})"
    days = (first.date - course[-1].treatment_date).days
    shown = "complete" if primary == Answer.YES else "residual tumour"
    return (
        f"first control {first.visit} ({first.date}), {days} days after {course[-1].modality}, "
        f"recorded as {_recorded(first)}: {shown}"
    )


_SECONDARY = {
    Answer.YES: "complete on the next control",
    Answer.NO: "residual tumour on the next control",
    Answer.NOT_ASSESSED: "not assessed",
}


def explain_local_end(
    end: LocalEnd, when: date | None, controls: Sequence[Control], other: LocalTreatment | None
) -> Reason:
    """Explain how the time to local tumour progression of one lesion ended.

    Parameters
    ----------
    end : LocalEnd
        How it ended.
    when : date or None
        The day of it.
    controls : sequence of Control
        In order of date.
    other : LocalTreatment or None
        The local treatment, not an ablation, that ended the follow-up of the zone.
    """
    return Reason("ablation.local_progression", _end_words(end, when, controls, other))


def _end_words(
    end: LocalEnd, when: date | None, controls: Sequence[Control], other: LocalTreatment | None
) -> str:
    if end == LocalEnd.LOCAL_PROGRESSION:
        shown = next(one for one in controls if one.date == when)
        before = next(one for one in controls if one.zone == Zone.COMPLETE)
        return (
            f"{shown.visit} ({when}) recorded as {_recorded(shown)}, after a complete zone at "
            f"{before.visit} ({before.date})"
        )
    if end == LocalEnd.NEVER_COMPLETE:
        return "no control showed a complete zone: residual tumour, not local progression"
    words = "no control so far"
    if controls:
        last = controls[-1]
        words = f"no local progression at the last control, {last.visit} ({last.date})"
    if end == LocalEnd.DEATH:
        return f"died {when}, a competing event; {words}"
    if other is not None:
        words += f"; {other.modality} of the lesion on {other.treatment_date} ended its follow-up"
    return words


def _recorded(control: Control) -> str:
    return control.recorded.replace("_", " ")
