"""``trialwright design group-sequential``: critical values of several looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.design.reading import read_numbers
from trialwright.cli.design.show import Alpha, Json, Plot, ProtocolText, Shown, show

if TYPE_CHECKING:
    from trialwright.design.group_sequential.critical_values import GroupSequential

__all__ = ["group_sequential"]


def group_sequential(
    bounds: Annotated[
        str,
        typer.Option(
            help="Pocock, O'Brien-Fleming, Wang-Tsiatis, Haybittle-Peto, 'Pocock spending' or "
            "'O'Brien-Fleming spending' (Lan-DeMets)."
        ),
    ] = "O'Brien-Fleming",
    looks: Annotated[
        int | None, typer.Option(help="How many, equally spaced; 3 unless said.")
    ] = None,
    information: Annotated[
        str | None, typer.Option(help="Or the fraction at each look: '0.4,0.7,1'.")
    ] = None,
    shape: Annotated[float, typer.Option(help="Of Wang-Tsiatis.")] = 0.25,
    early_value: Annotated[
        float, typer.Option(help="Of Haybittle-Peto: before the last look.")
    ] = 3.0,
    alpha: Alpha = 0.05,
    power: Annotated[float, typer.Option(help="For which the inflation is told.")] = 0.80,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the critical values of a normal statistic that is looked at several times."""
    from trialwright.design.group_sequential.critical_values import find_group_sequential
    from trialwright.errors import DesignError

    try:
        times = (
            None
            if information is None
            else read_numbers("--information", information, such_as="0.4,0.7,1", what="fractions")
        )
        found = find_group_sequential(
            bounds,  # type: ignore[arg-type]  # checked there
            looks=3 if looks is None and times is None else looks,
            information=times,
            alpha=alpha,
            shape=shape,
            early_value=early_value,
        )
        inflation = found.inflation(power)
    except (DesignError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    show(_shown(found, power, inflation), json=json, plot=plot, protocol_text=protocol_text)


def _shown(found: GroupSequential, power: float, inflation: float) -> Shown:
    from trialwright.report.design.log_rank_panels import group_sequential_panels
    from trialwright.report.design.words_group_sequential import word_group_sequential

    table = found.to_frame().to_dicts()
    return Shown(
        title=f"{found.bounds}, one-sided alpha {found.alpha:g}",
        columns=("look", "information", "critical value", "one-sided p below", "spent so far"),
        rows=[
            (
                f"{row['look']}",
                f"{row['information']:.4f}",
                f"{row['critical_value']:.5f}",
                f"{row['nominal_level']:.6f}",
                f"{row['spent']:.6f}",
            )
            for row in table
        ],
        content={
            "bounds": found.bounds,
            "alpha": found.alpha,
            "power": power,
            "looks": table,
            "inflation": inflation,
        },
        words=lambda: word_group_sequential(found, power=power),
        panels=lambda: group_sequential_panels(found),
        notes=(f"For a power of {power:g} the sample is {inflation:.4f} times that of one look.",),
    )
