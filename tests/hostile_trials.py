"""Trials in which nothing went as planned, edited from a simulated one: empty, tiny, hostile.

``CASES`` maps a name to a function of the worked study that returns data and study.
"""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis import analyse
from trialwright.dataset import Dataset, cut_data
from trialwright.report import build_report
from trialwright.simulate import simulate_study
from trialwright.study import Study, read_study
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.report import Report
    from trialwright.report.model.document import Language

WORKED = Path(__file__).parents[1] / "examples" / "crclm" / "study.toml"
SCRIPT, RTF, TEX, FORMULA = "<script>alert(1)</script>", r"{\rtf1}", r"\input{x}", "=1+1"
CHINESE = "肝转移灶射频消融术后发热"
LONG_SITE = "Hospital of a name of three hundred letters, " * 7
MANY = 400
SAFETY_TABLES = ("adverse_events", "labs", "vitals", "ecgs", "medications")


def _simulated(study: Study, patients: int) -> Dataset:
    return simulate_study(study, seed=1, patients=patients)


def edit(dataset: Dataset, *, drop: tuple[str, ...] = (), **frames: pl.DataFrame) -> Dataset:
    """Return the data without some tables and with others in their place."""
    kept = {name: frame for name, frame in dataset.frames.items() if name not in drop}
    return Dataset.create(kept | frames, source=dataset.source)


def _no_responders(study: Study) -> tuple[Dataset, Study]:
    """Every measured lesion only grows, and nothing disappears."""
    data = _simulated(study, 4)
    first = pl.col("diameter_mm").first().over("patient_id", "lesion_id", order_by="scan_date")
    grown = data.measurements.with_columns(
        pl.when(pl.col("diameter_mm").is_not_null() | (pl.col("state") == "absent"))
        .then(pl.max_horizontal("diameter_mm", first))
        .alias("diameter_mm")
    ).with_columns(pl.when(pl.col("diameter_mm").is_null()).then("state").alias("state"))
    return edit(data, measurements=grown), study


def _no_events(study: Study) -> tuple[Dataset, Study]:
    """Nobody has died, grown, stopped or had an adverse event; nobody is lost."""
    data = _simulated(study, 4)
    early = data.measurements.filter(pl.col("visit") == "baseline")
    visits = data.visits.filter(pl.col("visit") == "baseline")
    none = {
        name: data.table(name).clear()
        for name in ("deaths", "therapies", "adverse_events", "dispositions")
    }
    return edit(data, measurements=early, visits=visits, **none), study


def _all_ongoing(study: Study) -> tuple[Dataset, Study]:
    """The data are cut ten days after the first patient came."""
    data = _simulated(study, 4)
    first = data.doses["start_date"].min()
    assert isinstance(first, dt.date)
    return cut_data(data, first + dt.timedelta(10)), study


def _one_patient(study: Study) -> tuple[Dataset, Study]:
    return _simulated(study, 1), study


def _nobody_treated(study: Study) -> tuple[Dataset, Study]:
    data = _simulated(study, 3)
    after = ("doses", "ablations", "adverse_events", "dispositions", "therapies", "deaths")
    none = {name: data.table(name).clear() for name in after}
    baseline = {
        name: data.table(name).filter(pl.col("visit") == "baseline")
        for name in ("visits", "measurements")
    }
    return edit(data, drop=("labs", "vitals", "ecgs", "medications"), **none, **baseline), study


def _no_safety_tables(study: Study) -> tuple[Dataset, Study]:
    return edit(_simulated(study, 4), drop=SAFETY_TABLES), study


def _no_ablation(study: Study) -> tuple[Dataset, Study]:
    content = study.model_dump(exclude_none=True)
    content.pop("ablation")
    return edit(_simulated(study, 4), drop=("ablations",)), Study.model_validate(content)


def _no_design(study: Study) -> tuple[Dataset, Study]:
    content = vary_study(study, {"design.kind": "descriptive"}, basis="a test").model_dump(
        exclude_none=True
    )
    for section in ("considered_designs", "characteristics", "outcomes"):
        content.pop(section)
    return _simulated(study, 4), Study.model_validate(content)


def hostile(study: Study) -> tuple[Dataset, Study]:
    """Ids, sites, causes, reasons and 400 terms that are markup somewhere; long, and Chinese."""
    data = _simulated(study, 6)
    names = dict(
        zip(
            data.patients["patient_id"],
            (SCRIPT, RTF, TEX, FORMULA, f"{CHINESE}-5", "P$_1$ #let & 50 % ~^"),
            strict=True,
        )
    )
    frames = {
        name: frame.with_columns(pl.col("patient_id").replace(names))
        for name, frame in data.frames.items()
    }
    sites = (LONG_SITE.strip(), SCRIPT, RTF, TEX, FORMULA, CHINESE)
    frames["patients"] = frames["patients"].with_columns(pl.Series("site", sites))
    frames["deaths"] = frames["deaths"].with_columns(cause=pl.lit(f"{TEX} {SCRIPT} {CHINESE}"))
    frames["adverse_events"] = _many_terms(frames["adverse_events"])
    named = {"identity.title": f"A study of {SCRIPT} {RTF} {TEX} {CHINESE}"}
    return edit(data, **frames), vary_study(study, named, basis="a test")


def _many_terms(events: pl.DataFrame) -> pl.DataFrame:
    """Repeat the events until there are 400, each with a term of its own."""
    times = -(-MANY // events.height)
    many = pl.concat([events] * times).head(MANY)
    words = (SCRIPT, RTF, TEX, FORMULA, CHINESE, "a very long name " * 8)
    terms = [f"{words[number % len(words)].strip()} {number}" for number in range(many.height)]
    return many.with_columns(pl.Series("term", terms))


CASES: dict[str, Callable[[Study], tuple[Dataset, Study]]] = {
    "no responders": _no_responders,
    "no events": _no_events,
    "all ongoing": _all_ongoing,
    "one patient": _one_patient,
    "nobody treated": _nobody_treated,
    "no safety tables": _no_safety_tables,
    "no ablation": _no_ablation,
    "no design": _no_design,
    "hostile": hostile,
}


@functools.cache
def report_of(case: str, language: Language = "en") -> Report:
    """Build the report of a case, once for all tests of a process."""
    study = read_study(WORKED)
    data, varied = CASES[case](study)
    return build_report(analyse(data, varied), language=language)
