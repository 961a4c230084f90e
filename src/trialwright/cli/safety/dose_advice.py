"""``trialwright safety dose-advice``: the dose that the protocol asks for, for one patient."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from trialwright.dataset import Dataset, Finding
    from trialwright.report.formats import Days
    from trialwright.safety.dosing import Demand, DoseAdvice
    from trialwright.study.model import Study

On = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        formats=["%Y-%m-%d"],
        help="The day to advise on, with what was known then; the last contact if not given.",
    ),
]


def dose_advice(
    data: options.Data,
    study: options.StudyFile,
    patient: Annotated[str, typer.Option("--patient", help="The patient's identifier.")],
    on: On = None,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print what the dose rules of the study ask for in one patient, drug by drug, and why.

    Each rule that fits is shown with the rows that it read, and each that cannot be told with
    what is missing. It is decision support: a physician decides and signs.
    """
    from json import dumps

    from trialwright.analysis.readings import refuse_errors
    from trialwright.cli.patients import choose_patients
    from trialwright.cli.reading import read_data
    from trialwright.cli.terminal import print_findings
    from trialwright.errors import DataError
    from trialwright.report.formats import Days
    from trialwright.safety.dosing import advise_doses
    from trialwright.study import read_study

    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    if on is not None and dataset.day_zero is not None:
        msg = f"{dataset.source} counts study days and holds no calendar dates; leave --on out"
        raise DataError(msg)
    (name,) = choose_patients(dataset.patients["patient_id"].to_list(), [patient])
    found = find_about(name, dataset, settings)
    refuse_errors([one for one in found if one in dataset.findings], dataset.source, settings)
    advice = advise_doses(dataset, settings, name, None if on is None else on.date())
    print_findings(found, dataset.day_zero)
    days = Days(dataset.day_zero)
    if json:
        content = {"patient": name, "drugs": [_as_plain(one) for one in advice]}
        typer.echo(days.in_words(dumps(content, ensure_ascii=False, indent=2, default=str)))
        return
    _print(advice, days)


def find_about(patient: str, dataset: Dataset, study: Study) -> list[Finding]:
    """Return the findings about one patient in the tables that an advice reads."""
    from trialwright.safety.event_findings import find_event_findings
    from trialwright.safety.exposure_checks import check_exposure
    from trialwright.safety.laboratory import check_laboratory

    read = {"patients", "doses", "adverse_events", "labs", "ablations", "deaths", "dispositions"}
    found = [
        *(one for one in dataset.findings if one.table in read),
        *find_event_findings(dataset, study),
        *check_laboratory(dataset, study),
        *check_exposure(dataset, study),
    ]
    return [one for one in found if patient in one.concerned]


def _print(advice: Sequence[DoseAdvice], days: Days) -> None:
    from trialwright.cli.terminal import print_wrapped

    lines = [line for one in advice for line in _lines(one)]
    lines += dict.fromkeys(f"looked at: {words}" for one in advice for words in one.looked_at)
    print_wrapped(days.in_words(line) for line in lines)


def _lines(advice: DoseAdvice) -> list[str]:
    from trialwright.safety.dosing.words import describe_action, describe_missing

    lines = [f"{advice.patient_id}, {advice.sentence}"]
    lines += [f"  rules: {advice.rules_from}"] if advice.rules_from else []
    for title, demands in (("fits", advice.rules), ("fitted before", advice.earlier)):
        for demand in demands:
            note = f" ({demand.note})" if demand.note else ""
            asked = f"{describe_action(demand)}: {demand.reading.what}{note}"
            rule = demand.reading.rule
            lines.append(f"  rule {rule.number} {title}: {asked}. [{rule.source}]")
    for words, numbers in _group([(describe_missing(one), one) for one in advice.untold]):
        lines.append(f"  {numbers} cannot be told: {words}")
    lines += [f"  before it is given again: {line}" for line in advice.conditions]
    return lines + [f"  watch: {line}" for line in advice.monitoring]


def _group(untold: list[tuple[str, Demand]]) -> list[tuple[str, str]]:
    """Put the rules of which the same is missing in one line."""
    numbers: dict[str, list[str]] = {}
    for words, demand in untold:
        numbers.setdefault(words, []).append(demand.reading.rule.number)
    return [
        (words, f"rule{'s' if len(found) > 1 else ''} {', '.join(found)}")
        for words, found in numbers.items()
    ]


def _as_plain(advice: DoseAdvice) -> dict[str, Any]:
    return {
        "drug": advice.drug,
        "on": advice.on,
        "rule_set": advice.rule_set,
        "rules_from": advice.rules_from,
        "present_dose_mg": advice.present_dose_mg,
        "held_since": advice.held_since,
        "action": advice.action,
        "next_dose_mg": advice.next_dose_mg,
        "resume_from": advice.resume_from,
        "sentence": advice.sentence,
        "rules": [_rule(one) for one in advice.rules],
        "earlier": [_rule(one) for one in advice.earlier],
        "cannot_be_told": [_rule(one) for one in advice.untold],
        "conditions": advice.conditions,
        "monitoring": advice.monitoring,
        "looked_at": advice.looked_at,
    }


def _rule(demand: Demand) -> dict[str, Any]:
    reading = demand.reading
    return {
        "set": reading.rule_set,
        "number": reading.rule.number,
        "action": demand.action,
        "highest_dose_mg": demand.most_mg,
        "fits_since": reading.begun,
        "given_again_from": demand.return_from,
        "inputs": [one._asdict() for one in reading.inputs],
        "missing": [*reading.missing, *filter(None, [reading.down_missing])],
        "note": demand.note,
        "exception": reading.rule.exception,
        "source": reading.rule.source,
    }
