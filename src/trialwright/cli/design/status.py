"""``trialwright design status``: where a running trial stands and what the next patient can do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.design.reading import read_prior
from trialwright.cli.design.show import Json, Plot, ProtocolText, Shown, show

if TYPE_CHECKING:
    from trialwright.design.boundaries import Boundaries
    from trialwright.design.outlook.values import Outlook

_MOST_PATIENTS = 1000
_COUNT = re.compile(r"(\d+)/(\d+)")
_NUMBER = r"(\d+(?:\.\d+)?)"
_OUTCOMES = {"1": True, "0": False, "?": None}


def status(
    design: Annotated[
        str,
        typer.Argument(
            metavar="R/N...",
            help="Stop if at most R of the first N respond; the last: success if more than R of "
            "all. '1/10 5/29' is Simon's design.",
        ),
    ],
    responders: Annotated[
        str | None,
        typer.Option(
            metavar="K/N",
            help="Responders of evaluated patients: 3/12. With the count at a look before: "
            "2/10,3/12.",
        ),
    ] = None,
    pending: Annotated[
        int,
        typer.Option(help="Patients enrolled after them who may still respond.", min=0, max=1000),
    ] = 0,
    outcomes: Annotated[
        str | None,
        typer.Option(help="Instead: one sign a patient in order of enrolment, 1, 0 or ?: 0010?."),
    ] = None,
    p0: Annotated[float | None, typer.Option("--p0", help="Rate of no interest.")] = None,
    p1: Annotated[float | None, typer.Option("--p1", help="Rate worth pursuing.")] = None,
    prior: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Beta prior, for the predictive probability: 1,1."),
    ] = None,
    pending_rate: Annotated[
        float | None,
        typer.Option(help="Chance that a pending patient responds, if not that of a new one."),
    ] = None,
    stop_at_least: Annotated[
        str | None,
        typer.Option(metavar="K/N", help="Stop with success if at least K of the first N: 5/10."),
    ] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Say where a trial stands, what its next look needs and what each open patient can change.

    A pending patient counts as not yet seen. Where only totals are given, their order is not
    known: the trial is taken to have passed the looks that lie behind it.
    """
    from trialwright.design.outlook.look_ahead import look_ahead

    plan = _plan(design, stop_at_least)
    responses, notes = _responses(plan, responders, outcomes)
    try:
        found = look_ahead(
            plan,
            [*responses, *(None for _ in range(pending))],
            rates={name: rate for name, rate in (("p0", p0), ("p1", p1)) if rate is not None},
            prior=read_prior(prior),
            pending_rate=pending_rate,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    show(
        _shown(design, found, responders, notes), json=json, plot=plot, protocol_text=protocol_text
    )


def _plan(design: str, stop_at_least: str | None) -> Boundaries:
    """Return the boundaries of ``r1/n1 r2/n2 ...``; the last look declares above its bound."""
    from trialwright.design.boundaries import Boundaries
    from trialwright.errors import DesignError

    pairs = [_pair(part, "the design") for part in re.split(r"[ ,]+", design.strip())]
    highs = dict.fromkeys(n for _, n in pairs)
    if pairs[-1][0] < pairs[-1][1]:
        highs[pairs[-1][1]] = pairs[-1][0] + 1
    for part in re.split(r"[ ,]+", (stop_at_least or "").strip()):
        if part:
            least, look = _pair(part, "--stop-at-least")
            if look not in highs:
                msg = f"--stop-at-least {part}: the design has no look at {look} patients"
                raise typer.BadParameter(msg)
            highs[look] = least
    try:
        return Boundaries(
            tuple(n for _, n in pairs), tuple(r for r, _ in pairs), tuple(highs.values())
        )
    except DesignError as error:
        raise typer.BadParameter(str(error)) from error


def _pair(written: str, name: str) -> tuple[int, int]:
    found = _COUNT.fullmatch(written)
    if found is None:
        msg = f"{name} must be written as K/N, such as 1/10, not {written!r}"
        raise typer.BadParameter(msg)
    k, n = int(found[1]), int(found[2])
    if k > n:
        msg = f"{name}: {k} of {n} cannot be; give responders first, then patients"
        raise typer.BadParameter(msg)
    if n > _MOST_PATIENTS:
        msg = f"{name}: {n} patients are more than the {_MOST_PATIENTS} that a design may have"
        raise typer.BadParameter(msg)
    return k, n


def _responses(
    plan: Boundaries, responders: str | None, outcomes: str | None
) -> tuple[list[bool | None], list[str]]:
    """Return the outcomes in order, and what had to be assumed of the order."""
    if outcomes is not None:
        if responders is not None:
            msg = "give --outcomes or --responders, not both"
            raise typer.BadParameter(msg)
        wrong = sorted(set(outcomes) - set(_OUTCOMES))
        if wrong:
            msg = f"--outcomes takes 1, 0 and ?, not {wrong[0]!r}"
            raise typer.BadParameter(msg)
        return [_OUTCOMES[sign] for sign in outcomes], []
    if responders is None:
        return [], []
    counts = [_pair(part, "--responders") for part in re.split(r"[ ,]+", responders.strip())]
    return _in_some_order(plan, counts)


def _in_some_order(
    plan: Boundaries, counts: list[tuple[int, int]]
) -> tuple[list[bool | None], list[str]]:
    """Return outcomes with these totals, spread evenly, that passed the looks where they can."""
    from itertools import pairwise

    known, notes = [(0, 0), *counts], []
    for (x, n), (k, m) in pairwise(counts):
        if m <= n or not 0 <= k - x <= m - n:
            msg = f"--responders {x}/{n} and then {k}/{m} cannot be: both numbers only grow"
            raise typer.BadParameter(msg)
    for look, most, least in plan.steps():
        i = next((i for i, (_, m) in enumerate(known) if m >= look), None)
        if i is None or known[i][1] == look:
            continue
        (x, n), (k, m) = known[i - 1], known[i]
        least_here, most_here = max(x, k - (m - look)), min(k, x + look - n)
        even = x + round((k - x) * (look - n) / (m - n))
        if look < plan.most_patients:
            fewest = max(least_here, 0 if most is None else most + 1)
            largest = min(most_here, look if least is None else least - 1)
            if fewest <= largest:
                known.insert(i, (min(max(even, fewest), largest), look))
                notes.append(
                    f"Taken to have passed the look of {look} patients: it is not said how many "
                    f"of them responded (--responders K/{look},{k}/{m} says it)."
                )
                continue
        stops_low = most is not None and most_here <= most
        stops_high = least is not None and least_here >= least
        if not (stops_low or stops_high):
            msg = (
                f"--responders {k}/{m}: the design decides at {look} patients, and how many of the "
                f"first {look} responded is not said; write K/{look},{k}/{m}"
            )
            raise typer.BadParameter(msg)
        known.insert(i, (even, look))
        notes.append(
            f"How many of the first {look} responded is not said; from {least_here} to {most_here} "
            "the decision is the same."
        )
    found: list[bool | None] = []
    for (x, n), (k, m) in pairwise(known):
        some = m - n
        found += [(j + 1) * (k - x) // some > j * (k - x) // some for j in range(some)]
    return found, notes


def _stated(seen: tuple[tuple[int, int], ...], totals: str | None) -> tuple[tuple[int, int], ...]:
    """Return the points of the path that were said: totals say nothing of the order between."""
    if totals is None or not seen:
        return seen
    said = [_pair(part, "--responders")[1] for part in re.split(r"[ ,]+", totals.strip())]
    evaluated = [point for point in seen if point[0] <= said[-1]]
    return tuple(point for point in evaluated if point[0] in said or point == evaluated[-1])


def _shown(design: str, found: Outlook, totals: str | None, notes: list[str]) -> Shown:
    from trialwright.report.design import BoundaryPanel
    from trialwright.report.design.words_outlook import say_outlook, word_outlook

    rows = [
        (
            one.assumption,
            f"{one.next_response:.3f}",
            str(look.patients),
            look.state,
            f"{low:.4f}",
            f"{high:.4f}",
            f"{one.success:.4f}",
        )
        for one in found.chances
        for look, low, high in zip(found.looks, one.low, one.high, strict=True)
    ]
    panel = BoundaryPanel(
        found.boundaries,
        "responders",
        low="stop: not active",
        high="activity declared",
        seen=_stated(found.seen, totals),
        waiting=found.waiting if totals is None else (),
        title=f"{design}: where the trial stands",
    )
    return Shown(
        title=f"{design}: {found.standing}",
        columns=("assumed", "rate", "look", "state", "stops low", "stops high", "success"),
        rows=rows,
        content=_content(found, notes),
        words=lambda: word_outlook(found),
        panels=lambda: [panel],
        notes=[*say_outlook(found), *notes],
    )


def _content(found: Outlook, notes: list[str]) -> dict[str, object]:
    return {
        "standing": found.standing,
        "succeeded": found.succeeded,
        "decided_at": found.decided_at,
        "responders": found.responders,
        "evaluated": found.evaluated,
        "pending": found.pending,
        "left_out": found.left_out,
        "looks": [
            {
                "patients": look.patients,
                "stop_at_most": look.stop_at_most,
                "stop_at_least": look.stop_at_least,
                "state": look.state,
                "needed_to_go_on": look.needed_to_go_on,
                "needed_to_stop_high": look.needed_to_stop_high,
                "open_outcomes": look.unknown,
            }
            for look in found.looks
        ],
        "chances": found.to_frame().to_dicts(),
        "patients": found.patients_frame().to_dicts(),
        "notes": notes,
    }
