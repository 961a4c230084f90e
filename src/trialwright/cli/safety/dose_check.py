"""``trialwright safety dose-check``: the doses given against the doses that the rules ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.safety.dosing import DoseDisagreement


def dose_check(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print each dose that is not what the dose rules of the study ask for, and why.

    A disagreement is a dose that a rule forbids; a question, one of which the rows do not say
    enough; a note, a hold or a reduction that no rule asks for.
    """
    from dataclasses import asdict
    from json import dumps

    from trialwright.analysis.readings import refuse_errors
    from trialwright.cli.reading import read_data
    from trialwright.cli.terminal import print_wrapped
    from trialwright.report.formats import Days
    from trialwright.safety.dosing import check_doses
    from trialwright.study import read_study

    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    refuse_errors(dataset.findings, dataset.source, settings)
    found = check_doses(dataset, settings)
    days = Days(dataset.day_zero)
    if json:
        content = [asdict(one) for one in found]
        typer.echo(days.in_words(dumps(content, ensure_ascii=False, indent=2, default=str)))
        return
    print_wrapped(days.in_words(_in_words(one)) for one in found)
    typer.echo(_count(found))


def _in_words(one: DoseDisagreement) -> str:
    place = "" if one.row is None else f" [doses, row {one.row}]"
    return f"{one.patient_id}, {one.drug}, {one.weight}: {one.sentence}{place}"


def _count(found: tuple[DoseDisagreement, ...]) -> str:
    """Count what was found, by weight."""
    counts = {
        weight: sum(one.weight == weight for one in found)
        for weight in ("disagreement", "question", "note")
    }
    counts["patient"] = len({one.patient_id for one in found})
    words = [f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items()]
    return f"{', '.join(words[:-1])}, in {words[-1]}"
