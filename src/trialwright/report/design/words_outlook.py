"""A trial under way in sentences: where it stands, what it needs, and what may become of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_patients,
    say_percent,
    say_rate,
)
from trialwright.report.formats import say_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.design.outlook.values import LookOutlook, Outlook, PatientOutlook

_ARMITAGE = (
    "Armitage P, McPherson CK, Rowe BC. Repeated significance tests on accumulating data. "
    "J R Stat Soc A 1969;132:235-244."
)
_LEE_LIU = (
    "Lee JJ, Liu DD. A predictive probability design for phase II cancer clinical trials. "
    "Clin Trials 2008;5:93-106."
)
_REFERENCES = (_ARMITAGE, _LEE_LIU)
_MOST_PATIENTS = 4  # that are written out one by one


def say_outlook(found: Outlook, *, counted: str = "responders") -> tuple[str, ...]:
    """Say where a trial stands and what may become of it, one sentence each.

    Parameters
    ----------
    found : Outlook
        From `trialwright.design.outlook.look_ahead`.
    counted : str
        Who is counted, in the plural: ``"responders"``, ``"patients with toxicity"``.

    Returns
    -------
    tuple of str
        Standing, patients left out, the next look, the chances, the open patients.
    """
    parts = [_standing(found, counted), *_left_out(found)]
    if found.next_look is not None:
        parts += [*_next_look(found.next_look, counted), *_chances(found)]
        parts += filter(None, (_patient(found, one) for one in _told_apart(found)))
    return tuple(parts)


def word_outlook(found: Outlook, *, counted: str = "responders") -> Wording:
    """Return the sentences as paragraphs: for a monitoring report, and in three sentences."""
    sentences = say_outlook(found, counted=counted)
    short = [_standing(found, counted)]
    if found.next_look is not None:
        short += [_needs(found.next_look, f"the look of {say_patients(found.next_look.patients)}")]
        short += [f"Chance of success: {_successes(found)}."] if found.chances else []
    headings = ("For the monitoring report", "In short")
    return Wording(" ".join(sentences), " ".join(short), _REFERENCES, headings)


def _standing(found: Outlook, counted: str) -> str:
    seen = (
        f"{counted.capitalize()}: {found.responders} of {say_patients(found.evaluated)} evaluated"
    )
    if found.pending:
        seen += f", {found.pending} pending"
    if found.succeeded is None:
        return f"{seen} ({found.counted} of at most {found.boundaries.most_patients} enrolled)."
    outcome = "the trial has succeeded" if found.succeeded else "the trial has not succeeded"
    look = next(look for look in found.looks if look.patients == found.decided_at)
    bound = {
        "stopped low": f", at most {look.stop_at_most}",
        "stopped high": f", at least {look.stop_at_least}",
    }.get(found.standing, ": no bound was met")
    whatever = " whatever the pending patients do" if look.pending else ""
    return f"{seen}; at the look of {say_patients(look.patients)}{bound}: {outcome}{whatever}."


def _left_out(found: Outlook) -> list[str]:
    if not found.left_out:
        return []
    after = "it" if found.counted == 1 else "them"
    who = (
        f"the one after {after} is"
        if found.left_out == 1
        else f"the {found.left_out} after {after} are"
    )
    said = (
        f"{len(found.responses)} patients were enrolled where the decision counts "
        f"{found.counted}: {who} left out."
    )
    return [said]


def _next_look(look: LookOutlook, counted: str) -> Iterator[str]:
    one = re.sub(r"s\b", "", counted, count=1)
    so_far = f"{say_count(look.responders, one, counted)} so far"
    yield (
        f"The next look counts the first {say_patients(look.patients)} ({so_far}, {look.pending} "
        f"pending, {look.to_enrol} to enrol)."
    )
    yield _needs(look)


def _needs(look: LookOutlook, called: str = "that look") -> str:
    """Say what both bounds of the look need."""
    needs = []
    if look.needed_to_go_on is not None:
        needs.append(
            _need(look, look.needed_to_go_on, f"get past the bound of {look.stop_at_most}")
        )
    if look.needed_to_stop_high is not None:
        bound = f"reach the bound of {look.stop_at_least}"
        if not needs or look.needed_to_stop_high != look.needed_to_go_on:
            needs.append(_need(look, look.needed_to_stop_high, bound))
    if not needs:
        return f"The look of {say_patients(look.patients)} stops nothing."
    return f"At {called}, {' and '.join(needs)}."


def _need(look: LookOutlook, needed: int, aim: str) -> str:
    if needed == 0:
        return f"enough have been seen to {aim}"
    still = "1 open patient" if look.unknown == 1 else f"{look.unknown} open patients"
    if needed > look.unknown:
        return f"it takes {needed} more to {aim}, which the {still} cannot bring"
    of_pending = look.least_of_pending(needed)
    among = f" (at least {of_pending} of them among the pending)" if of_pending else ""
    return f"it takes {needed} more among the {still} to {aim}{among if look.to_enrol else ''}"


def _chances(found: Outlook) -> Iterator[str]:
    for one in found.chances:
        here = [
            f"{say_percent(low + high, fixed=True)} at {look.patients}"
            for look, low, high in zip(found.looks, one.low, one.high, strict=True)
            if look.state == "open" and look.patients < found.boundaries.most_patients
        ]
        stops = f"; chance to stop early: {', '.join(here)}" if here else ""
        rate = say_rate(one.next_response, 4)
        success = f"success has chance {say_percent(one.success, fixed=True)}"
        yield f"{_assumed(one.assumption, rate)}, {success}{stops}."


def _assumed(name: str, rate: str) -> str:
    if name == "posterior":
        return f"Averaged over the posterior (mean {rate}; predictive probability)"
    return f"At the {name} of {rate}" if name == "observed rate" else f"At {name} = {rate}"


def _told_apart(found: Outlook) -> list[PatientOutlook]:
    """Return open patients that change different things: one of each group, the first few."""
    told: list[PatientOutlook] = []
    for one in found.patients:
        if not any((one.if_responds, one.if_not) == (o.if_responds, o.if_not) for o in told):
            told.append(one)
    return told[:_MOST_PATIENTS]


def _patient(found: Outlook, one: PatientOutlook) -> str:
    """Say what a patient changes; nothing where no rate is assumed and nothing is settled."""
    alike = [
        p for p in found.patients if (p.if_responds, p.if_not) == (one.if_responds, one.if_not)
    ]
    numbers = ", ".join(str(p.patient) for p in alike)
    who = f"Patient {numbers}" if len(alike) == 1 else f"Each of the patients {numbers}"
    kind = " or ".join(
        name for name, is_so in (("pending", True), ("next to enrol", False))
        if any(p.pending is is_so for p in alike)
    )  # fmt: skip
    changes = [
        f"{say_percent(yes.success, fixed=True)} if yes and {say_percent(no.success, fixed=True)} "
        f"if no ({now.assumption})"
        for now, yes, no in zip(found.chances, one.if_responds, one.if_not, strict=True)
    ]
    chances = [f"the chance of success becomes {'; '.join(changes)}"] if changes else []
    decided = [
        f"{word} settles the trial"
        for word, standing in (
            ("yes", one.standing_if_responds),
            ("no", one.standing_if_not),
        )
        if standing != "under way"
    ]
    said = "; ".join([*chances, *decided])
    return f"{who} ({kind}): {said}." if said else ""


def _successes(found: Outlook) -> str:
    return ", ".join(
        f"{say_percent(one.success, fixed=True)} ({one.assumption})" for one in found.chances
    )
