"""``trialwright design together``: a response design and a toxicity rule in one trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trialwright.cli.design.reading import read_counts, read_numbers, read_rates
from trialwright.cli.design.show import Json, Plot, ProtocolText, Shown, bounds_content, show

if TYPE_CHECKING:
    from trialwright.design.joint.together import Together, TogetherRow

__all__ = ["Path", "together"]

_COLUMNS = (
    "response", "toxicity", "odds ratio", "active and safe", "futility", "too toxic", "both",
    "stops early", "expected", "response alone", "taken by toxicity",
)  # fmt: skip


def together(
    response: Annotated[
        str, typer.Option(help="Stop if at most r of n respond, a look each: '1/10 5/29'.")
    ],
    toxicity: Annotated[
        str, typer.Option(help="Stop if at least t of n have toxicity, a look each: '3/5 5/10'.")
    ],
    response_rates: Annotated[
        str, typer.Option(help="True response rates, with commas: '0.1,0.3'.")
    ],
    toxicity_rates: Annotated[
        str, typer.Option(help="True toxicity rates, with commas: '0.2,0.4'.")
    ],
    odds_ratios: Annotated[
        str, typer.Option(help="Odds ratios between response and toxicity: '0.5,1,2'.")
    ] = "1",
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Judge a response design and a toxicity rule with its own looks in one trial, exactly.

    The trial stops where either says so; a trial that nothing stopped declares activity with
    acceptable toxicity.
    """
    from trialwright.design.boundaries import Boundaries
    from trialwright.design.joint.together import judge_together

    low = read_counts("--response", response)
    high = read_counts("--toxicity", toxicity, least=1)
    none = (None,) * max(len(low), len(high))
    looks = [tuple(look for _, look in bounds) for bounds in (low, high)]
    rules = (
        Boundaries(looks[0], tuple(bound for bound, _ in low), none[: len(low)]),
        Boundaries(looks[1], none[: len(high)], tuple(bound for bound, _ in high)),
    )
    rates = (
        read_rates("--response-rates", response_rates),
        read_rates("--toxicity-rates", toxicity_rates),
        read_numbers("--odds-ratios", odds_ratios, such_as="0.5,1,2"),
    )
    try:
        found = judge_together(
            *rules, response_rates=rates[0], toxicity_rates=rates[1], odds_ratios=rates[2]
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    show(_shown(found), json=json, plot=plot, protocol_text=protocol_text)


def _shown(found: Together) -> Shown:
    from trialwright.report.design.joint_panels import panels_of_two_rules
    from trialwright.report.design.words_together import word_together

    title = f"Response and toxicity together, at most {found.response.most_patients} patients"
    content: dict[str, Any] = {
        "response": bounds_content(found.response),
        "toxicity": bounds_content(found.toxicity),
        "characteristics": found.to_frame().to_dicts(),
        "patients": found.patients_frame().to_dicts(),
    }
    notes = (
        "active and safe: nothing stops the trial. Response alone: the same without the toxicity",
        "rule. Taken: the difference; power at a rate worth pursuing, type I error at one of none.",
    )
    return Shown(
        title,
        _COLUMNS,
        [_row(row) for row in found.rows],
        content,
        lambda: word_together(found),
        lambda: panels_of_two_rules(found.response, found.toxicity),
        notes,
    )


def _row(row: TogetherRow) -> tuple[str, ...]:
    return (
        f"{row.response_rate:g}",
        f"{row.toxicity_rate:g}",
        f"{row.odds_ratio:g}",
        f"{row.declares_activity:.4f}",
        f"{row.stops_for_response:.4f}",
        f"{row.stops_for_toxicity:.4f}",
        f"{row.stops_for_both:.4f}",
        f"{row.early_stop:.4f}",
        f"{row.expected_patients:.2f}",
        f"{row.response_alone:.4f}",
        f"{row.taken_by_toxicity:.4f}",
    )
