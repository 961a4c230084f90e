"""Arguments and options that several verbs share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Record = Annotated[
    Path,
    typer.Argument(
        metavar="RECORD",
        help="Registry record: headerless text, ClinicalTrials.gov CSV, or API v2 JSON.",
    ),
]
Data = Annotated[
    Path,
    typer.Argument(
        metavar="DATA",
        help="Folder of CSV or Parquet tables or of SDTM domains, or an XLSX workbook.",
    ),
]
StudyFile = Annotated[Path, typer.Option("--study", help="Study file (TOML).")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Study sheet of a workbook with several studies.")
]
DataSet = Annotated[
    str | None,
    typer.Option("--data-set", help="Which data set of a folder with several SDTM data sets."),
]
PartialDates = Annotated[
    Literal["first_day", "last_day"] | None,
    typer.Option(
        "--partial-dates",
        help="Complete an SDTM date without a day; without this option it is an error.",
    ),
]
Cut = Annotated[
    datetime | None,
    typer.Option(
        "--cut",
        formats=["%Y-%m-%d"],
        help="Analyse the data as they were known on this day; what is dated later is left out.",
    ),
]
Counting = Annotated[
    str,
    typer.Option(
        "--counting",
        help="How times are counted: study, fda_a, fda_b, fda_c, ema, record, admiral, or a way "
        "that the study file declares.",
    ),
]
Reader = Annotated[
    str | None,
    typer.Option(
        "--reader",
        help="Whose reading to count, if not the one that counts by the study: investigator, "
        "central, central_1, central_2, adjudicator.",
    ),
]
ReportLanguage = Annotated[
    Literal["en", "zh"],
    typer.Option("--language", help="en: English; zh: Simplified Chinese. Data stay as they are."),
]
NctId = Annotated[
    str | None, typer.Option("--nct-id", help="Which record of a file that holds several.")
]
_MOST_SEED, _NAMES = 2**64 - 1, "Names the series of virtual trials"
Seed = Annotated[int, typer.Option("--seed", min=0, max=_MOST_SEED, help=f"{_NAMES}.")]
SeedOfOneOrMany = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=_MOST_SEED, help=f"{_NAMES}; of many trials 1 if not given."),
]
Trial = Annotated[
    int, typer.Option("--trial", min=0, max=2**32 - 1, help="Number of the trial in the series.")
]
Patients = Annotated[
    int | None,
    typer.Option("--patients", min=1, help="Patients to enrol; as planned if not given."),
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, help="Threads to work with; every core if not given."),
]
Device = Annotated[
    Literal["processor", "cuda"],
    typer.Option(
        "--device", help="What runs the trials; a card compiles for about a minute first."
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", help="Address of a Dask scheduler, such as tcp://host:8786, to work there."
    ),
]


def find_study(path: Path) -> Path:
    """Return the study file that a path names: the file, or ``study.toml`` in a folder."""
    return path / "study.toml" if path.is_dir() else path
