"""``trialwright rate``: a response rate by every method, for a reviewer who checks a digit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.stats.result import Reported

_COUNT = re.compile(r"(\d+)/(\d+)")


def rate(
    count: Annotated[str, typer.Argument(metavar="K/N", help="Responders of patients: 6/29.")],
    null: Annotated[
        float | None, typer.Option(help="Historical rate p0, between 0 and 1, to test against.")
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(
            help="Two-stage design as Simon's tables write it: '1/10 5/29'; needs --null."
        ),
    ] = None,
    level: Annotated[float, typer.Option(help="Two-sided confidence level.")] = 0.95,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print every interval of a response rate, its exact test, and its two-stage inference.

    A trial with at most r1 responses is taken to have stopped after stage 1: give its patients
    as N.
    """
    from json import dumps

    from trialwright.cli.terminal import print_table
    from trialwright.errors import DesignError

    try:
        found = list(_estimate(_read_count(count), null, design, level))
    except (ValueError, DesignError) as error:
        raise typer.BadParameter(str(error)) from error
    if json:
        content = {name: one.to_frame().fill_nan(None).row(0, named=True) for name, one in found}
        typer.echo(dumps(content, ensure_ascii=False, indent=2))
        return
    print_table(f"Response rate {count}", ("method", "result"), [(n, str(r)) for n, r in found])


def _estimate(
    count: tuple[int, int], null: float | None, design: str | None, level: float
) -> Iterator[tuple[str, Reported]]:
    from trialwright.design import TwoStageDesign
    from trialwright.stats import (
        INTERVALS,
        exact_rate_test,
        infer_after_two_stages,
    )

    k, n = count
    for interval in INTERVALS.values():
        found = interval(k, n, level=level)
        yield found.method, found
    if null is not None:
        yield "exact test", exact_rate_test(k, n, null, alternative="greater")
        yield "mid-P test", exact_rate_test(k, n, null, alternative="greater", mid_p=True)
    if design is None:
        return
    if null is None:
        msg = "a design is judged against a historical rate: add --null"
        raise ValueError(msg)
    two = TwoStageDesign.parse(design)
    planned = two.ends_at(k)
    if n != planned:
        msg = (
            f"{k} responders of this design end it at {planned} patients, not {n}; for another "
            "size use infer_after_two_stages with the responses of stage 1"
        )
        raise ValueError(msg)
    yield "after two stages", infer_after_two_stages(k, two.plan(null), level=level)


def _read_count(text: str) -> tuple[int, int]:
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is not K/N, such as 6/29"
        raise ValueError(msg)
    return int(found[1]), int(found[2])
