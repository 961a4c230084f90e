"""``trialwright design precision``: how many patients for a narrow enough interval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from trialwright.cli.design.reading import choose_size
from trialwright.cli.design.show import Json, MostPatients, Plot, ProtocolText, Shown, show

if TYPE_CHECKING:
    from trialwright.design.single_stage.interval_width import IntervalWidth

__all__ = ["Path", "precision"]


def precision(
    width: Annotated[
        float, typer.Option(help="Full width at most, upper limit minus lower limit: 0.3.")
    ],
    rate: Annotated[
        float | None,
        typer.Option(help="Expected response rate; without it the widest interval counts."),
    ] = None,
    level: Annotated[float, typer.Option(help="Two-sided confidence level.")] = 0.95,
    method: Annotated[
        Literal[
            "clopper_pearson", "wilson", "wilson_corrected", "jeffreys", "mid_p", "agresti_coull"
        ],
        typer.Option(help="The interval that the analysis will print."),
    ] = "clopper_pearson",
    average: Annotated[
        bool,
        typer.Option(
            "--average",
            help="Average the width over the numbers of responders that the rate may give.",
        ),
    ] = False,
    stable: Annotated[
        bool,
        typer.Option(
            "--stable",
            help="Draw and word the first size from which every larger one looked at works, "
            "instead of the smallest.",
        ),
    ] = False,
    most_patients: MostPatients = 1000,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the smallest trial whose confidence interval of the response rate is narrow enough."""
    from trialwright.design.single_stage.interval_width import size_for_interval

    found = size_for_interval(
        rate, width=width, level=level, method=method, average=average, most_patients=most_patients
    )
    chosen = choose_size(found.first, found.stable, wants_stable=stable, looked_to=found.looked_to)
    show(_shown(found, chosen), json=json, plot=plot, protocol_text=protocol_text)


def _shown(found: IntervalWidth, chosen: int) -> Shown:
    from trialwright.report.design.interval_width_panels import panels_of_interval_width
    from trialwright.report.design.words_interval_width import word_interval_width

    where = "any count" if found.rate is None else f"an expected rate of {found.rate:g}"
    how = ", on average" if found.average else ""
    interval = found.interval_at(found.first)
    title = (
        f"{100 * found.level:.6g} % {interval.method} interval of width <= {found.width:g} at "
        f"{where}{how}"
    )
    content: dict[str, Any] = {
        "rate": found.rate,
        "width": found.width,
        "level": found.level,
        "method": found.method,
        "average": found.average,
        "looked_to": found.looked_to,
        "first": found.first,
        "stable": found.stable,
        "chosen": chosen,
        "sizes": found.to_frame().to_dicts(),
    }
    rows = [_row("smallest", found.first, found)]
    if found.stable is not None:
        rows.append(_row("stable", found.stable, found))
    return Shown(
        title,
        ("size", "patients", "width", "interval"),
        rows,
        content,
        lambda: word_interval_width(found, patients=chosen),
        lambda: panels_of_interval_width(found, patients=chosen),
        (f"Stable: every larger size up to the {found.looked_to} looked at works too.",),
    )


def _row(name: str, n: int, found: IntervalWidth) -> tuple[str, ...]:
    return name, str(n), f"{found.width_at(n):.4f}", str(found.interval_at(n))
