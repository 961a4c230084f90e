"""``trialwright why``: the whole story of one patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.analysis.story import EndpointStory, PatientStory
    from trialwright.dataset import Dataset
    from trialwright.report.formats import Days


def why(
    patient: Annotated[str, typer.Argument(metavar="PATIENT", help="The patient's identifier.")],
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    counting: options.Counting = "study",
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print everything of one patient: dates, sets, every scan and call, every endpoint, and why.

    Where another way of counting times gives another result, both are shown with their reasons.
    """
    from trialwright.analysis import analyse
    from trialwright.analysis.story import tell_patient
    from trialwright.cli.patients import choose_patients
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.report.formats import Days
    from trialwright.study import read_study

    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    dataset = as_known_on(dataset, settings, cut)
    (name,) = choose_patients(dataset.patients["patient_id"].to_list(), [patient])
    analysis = analyse(dataset, settings, counting=counting)
    story = tell_patient(analysis, name)
    if json:
        typer.echo(Days(dataset.day_zero).in_words(as_json(story)))
        return
    print_story(story, analysis.dataset, Days(dataset.day_zero))


def print_story(story: PatientStory, dataset: Dataset, days: Days) -> None:
    """Print the story from the dates to the endpoints."""
    from trialwright.analysis import keep_chosen
    from trialwright.cli.response import print_patient
    from trialwright.cli.terminal import print_table

    print_patient(story.reading, keep_chosen(dataset, [story.reading]), story.findings)
    typer.echo(f"  Not ablated and all disease: {days.in_words(story.both.sentence)}")
    for lesion in story.lesions:
        words = f"{lesion.efficacy_reason.sentence}; {lesion.local.reason.sentence}"
        typer.echo(f"  Ablated lesion {lesion.lesion.lesion_id}: {days.in_words(words)}")
    facts = [(days.in_words(one.date), one.what, one.source) for one in story.facts]
    print_table("What happened", ("date", "what", "table"), facts)
    sets = [(title, "yes" if member else "no", reason) for title, member, reason in story.sets]
    print_table("Analysis sets", ("set", "member", "why not"), sets)
    if story.not_counted is not None:
        typer.echo(f"No endpoint counts the patient: {story.not_counted}.")
    for one in story.endpoints:
        _print_endpoint(one, days)
    for name, why_not in story.not_possible:
        typer.echo(f"By {name} nothing is counted: {why_not}")


def _print_endpoint(one: EndpointStory, days: Days) -> None:
    source = f" [{one.source}]" if one.source else ""
    typer.echo(f"{one.key}, {one.title}: {days.in_words(one.result)}")
    typer.echo(f"  {days.in_words(one.reason)}{source}")
    for name, result, reason in one.otherwise:
        typer.echo(f"  by {name}: {days.in_words(f'{result}; {reason}')}")


def as_json(story: PatientStory) -> str:
    """Write the story as JSON; the lesions of each scan are those of ``trialwright response``."""
    from dataclasses import asdict
    from json import dumps

    from trialwright.analysis import time_points_frame

    content = {
        "patient": story.patient_id,
        "facts": [asdict(one) for one in story.facts],
        "sets": [
            {"set": title, "member": member, "why_not": reason}
            for title, member, reason in story.sets
        ],
        "reading": story.reading.why,
        "best_response": story.reading.response.best.reason.sentence,
        "scans": time_points_frame([story.reading.response]).to_dicts(),
        "both_readings": story.both.sentence,
        "not_counted": story.not_counted,
        "endpoints": [asdict(one) for one in story.endpoints],
        "ways_not_possible": [
            {"way": name, "why_not": why_not} for name, why_not in story.not_possible
        ],
        "findings": [asdict(one) for one in story.findings],
    }
    return dumps(content, ensure_ascii=False, indent=2, default=str)
