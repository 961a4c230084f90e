"""``trialwright adam``: ADSL, ADRS, ADTR, ADTTE, ADAE, ADEX and ADLB as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.cdisc.adam.derive import Adam
    from trialwright.dataset import Dataset
    from trialwright.study.model import Study


def adam(
    data: options.Data,
    study: options.StudyFile,
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    counting: options.Counting = "study",
    collected: Annotated[
        bool,
        typer.Option(
            "--collected",
            help="Of SDTM domains: take the responses of RS as they were called, and do not read "
            "the lesions.",
        ),
    ] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet instead of CSV.")] = False,
) -> None:
    """Write the analysis data sets ADSL, ADRS, ADTR and ADTTE, and ADAE, ADEX and ADLB of harm.

    They hold what the analysis found: every response with its reason, every time with its event
    or ground for censoring and the row it came from. not_counted.csv names the patients of whom
    an endpoint counts no time.

    With --collected they are derived from the responses that stand in RS, by the rules of the
    study (response.best_response_rules: recist11, or admiral).
    """
    from trialwright.analysis import analyse
    from trialwright.cdisc.adam.derive import make_adam
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_findings
    from trialwright.study import read_study

    settings = read_study(study)
    if collected:
        if cut is not None:
            msg = "--cut goes with our own reading; cut the domains before they are --collected"
            raise typer.BadParameter(msg)
        made = _of_collected(data, data_set, settings, counting)
    else:
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        _refuse_study_days(dataset)
        dataset = as_known_on(dataset, settings, cut)
        analysis = analyse(dataset, settings, counting=counting)
        made = make_adam(analysis)
        for missing in analysis.not_computable:
            typer.echo(f"{missing.key}: not computable, {missing.why}")
    print_findings(made.findings)
    write_adam(made, out, parquet=parquet)
    typer.echo(f"wrote {out}", err=True)
    for name, frame in made.frames().items():
        typer.echo(f"{name}: {frame.height} rows, {frame.width} variables")


def _refuse_study_days(dataset: Dataset) -> None:
    from trialwright.errors import ExportError

    if dataset.day_zero is not None:
        msg = f"{dataset.source} counts study days; ADaM holds calendar dates, and there are none"
        raise ExportError(msg)


def _of_collected(folder: Path, data_set: str | None, study: Study, counting: str) -> Adam:
    from dataclasses import replace

    from trialwright.cdisc.adam.collected_rules import collected_rules
    from trialwright.cdisc.adam.derive import adam_from_sdtm
    from trialwright.cdisc.adam.harm import choose_harm_rules
    from trialwright.response import ResponseRules

    profile = study.response.best_response_rules.require()
    times, not_applied = collected_rules(study, counting, profile)
    best = ResponseRules.of(study).best
    harm, not_settled = choose_harm_rules(study)
    made = adam_from_sdtm(
        folder,
        data_set=data_set,
        profile=profile,
        rules=best,
        times=times,
        harm=harm,
    )
    return replace(made, findings=(*not_applied, *not_settled, *made.findings))


def write_adam(made: Adam, out: Path, *, parquet: bool) -> None:
    """Write each data set as one file, and who is not counted."""
    from trialwright.dataset import write_csv
    from trialwright.whole import whole_folder

    with whole_folder(out) as folder:
        for name, frame in made.frames().items():
            if parquet:
                frame.write_parquet(folder / f"{name.lower()}.parquet")
            else:
                write_csv(frame, folder / f"{name.lower()}.csv")
        write_csv(made.not_counted, folder / "not_counted.csv")
