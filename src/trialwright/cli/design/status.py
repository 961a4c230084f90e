"""``trialwright design status``: where a running trial stands and what the next patient can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.design.reading import check_rate, read_counts, read_prior
from trialwright.cli.design.show import Json, Plot, ProtocolText, Shown, show

if TYPE_CHECKING:
    from trialwright.design.boundaries import Boundaries
    from trialwright.design.outlook import OrderedTotals, Outlook, UnsaidLook

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
    from trialwright.design.outlook import look_ahead

    plan, rates = _plan(design, stop_at_least), _rates(p0, p1)
    if outcomes is not None and responders is not None:
        msg = "give --outcomes or --responders, not both"
        raise typer.BadParameter(msg)
    totals = _totals(plan, responders)
    responses = [] if outcomes is None else _read_outcomes(outcomes)
    found = look_ahead(
        plan,
        [*(totals.responses if totals else responses), *(None for _ in range(pending))],
        rates=rates,
        prior=read_prior(prior),
        pending_rate=None if pending_rate is None else check_rate("--pending-rate", pending_rate),
    )
    show(_shown(design, found, totals), json=json, plot=plot, protocol_text=protocol_text)


def _plan(design: str, stop_at_least: str | None) -> Boundaries:
    """Return the boundaries of ``r1/n1 r2/n2 ...``; the last look declares above its bound."""
    from trialwright.design.boundaries import Boundaries
    from trialwright.errors import DesignError

    pairs = read_counts("the design", design)
    highs = dict.fromkeys(n for _, n in pairs)
    if pairs[-1][0] < pairs[-1][1]:
        highs[pairs[-1][1]] = pairs[-1][0] + 1
    high = () if stop_at_least is None else read_counts("--stop-at-least", stop_at_least, least=1)
    for least, look in high:
        if look not in highs:
            msg = f"--stop-at-least {least}/{look}: the design has no look at {look} patients"
            raise typer.BadParameter(msg)
        highs[look] = least
    try:
        return Boundaries(
            tuple(n for _, n in pairs), tuple(r for r, _ in pairs), tuple(highs.values())
        )
    except DesignError as error:
        raise typer.BadParameter(str(error)) from error


def _rates(p0: float | None, p1: float | None) -> dict[str, float]:
    """Return the rates to assume, by name."""
    given = (("p0", p0), ("p1", p1))
    rates = {name: check_rate(f"--{name}", rate) for name, rate in given if rate is not None}
    if p0 is not None and p1 is not None and p1 <= p0:
        msg = (
            f"--p1 must be above --p0, not {p1:g} against {p0:g}: p0 is the rate of no interest, "
            "p1 the rate worth pursuing"
        )
        raise typer.BadParameter(msg)
    return rates


def _totals(plan: Boundaries, responders: str | None) -> OrderedTotals | None:
    """Return outcomes in some order of the totals; none where none are given."""
    from trialwright.design.outlook import order_totals
    from trialwright.errors import DesignError

    if responders is None:
        return None
    try:
        return order_totals(plan, read_counts("--responders", responders))
    except DesignError as error:
        msg = f"--responders {error}"
        raise typer.BadParameter(msg) from error


def _read_outcomes(outcomes: str) -> list[bool | None]:
    """Return the outcomes of ``0010?``, in order of enrolment."""
    wrong = sorted(set(outcomes) - set(_OUTCOMES))
    if wrong:
        msg = f"--outcomes takes 1, 0 and ?, not {wrong[0]!r}"
        raise typer.BadParameter(msg)
    if not outcomes:
        msg = "--outcomes is empty: leave it out where no patient is enrolled"
        raise typer.BadParameter(msg)
    return [_OUTCOMES[sign] for sign in outcomes]


def _say_unsaid(look: UnsaidLook) -> str:
    """Say what was assumed of a look whose count was not said."""
    from trialwright.report.design.wording import say_patients

    n, (k, m) = look.patients, look.total
    if look.passed:
        return (
            f"Taken to have passed the look of {say_patients(n)}: it is not said how many of them "
            f"responded (--responders K/{n},{k}/{m} says it)."
        )
    return (
        f"How many of the first {n} responded is not said; from {look.fewest} to {look.most} the "
        "decision is the same."
    )


def _shown(design: str, found: Outlook, totals: OrderedTotals | None) -> Shown:
    from trialwright.report.design import BoundaryPanel
    from trialwright.report.design.words_outlook import say_outlook, word_outlook

    notes = [] if totals is None else [_say_unsaid(look) for look in totals.unsaid]
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
        seen=found.seen if totals is None else totals.stated(found.seen),
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
