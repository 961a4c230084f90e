"""Read SDTM: TU, TR and RS of every reader, with DM, DS, EX, CM, PR, AE and LB, as one data set.

No row is lost: each is used in a table or left out by a rule that a finding names, and
``trace_rows`` tells which.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc import (
    adverse_events,
    calls,
    laboratory,
    lesions,
    results,
    subjects,
    treatments,
)
from trialwright.cdisc.dates import Dating, date_rows, full_date
from trialwright.cdisc.evaluators import accepted_readers, name_readers
from trialwright.cdisc.files import (
    find_domains,
    is_domain_in_another_format,
    is_readable,
    read_domain,
    read_table,
)
from trialwright.cdisc.ledger import Ledger
from trialwright.cdisc.sums import compare_sums
from trialwright.cdisc.visits import name_visits
from trialwright.dataset import TABLES, Dataset, check_dataset
from trialwright.dataset.table_checks import within_limits
from trialwright.errors import DataError

if TYPE_CHECKING:
    from trialwright.cdisc.dates import PartialDates
    from trialwright.cdisc.files import Domain, SdtmFiles

_TUMOUR = ("TU", "TR", "RS")
_TABLE_OF = {  # the domain whose rows a table's source rows are
    "patients": "DM", "deaths": "DM", "dispositions": "DS", "doses": "EX", "therapies": "CM",
    "ablations": "PR", "adverse_events": "AE", "labs": "LB", "lesions": "TU",
    "measurements": "TR", "calls": "RS",
}  # fmt: skip


def read_sdtm(
    folder: str | Path,
    *,
    data_set: str | None = None,
    partial_dates: PartialDates | None = None,
) -> Dataset:
    """Read the SDTM domains of a folder as a data set, and check it.

    Parameters
    ----------
    folder : str or Path
        Holds the domains as CSV or Parquet, one file each, named after the domain (``tr.csv``).
    data_set : str, optional
        Which data set, where the folder holds several (``onco`` of ``tr_onco.csv``).
    partial_dates : {"first_day", "last_day"}, optional
        How a date without a day (``2014-02``) is completed, where its study day does not do so.
        If not given, such a scan is left out, and the finding is an error.

    Returns
    -------
    Dataset
        ``patients``, ``visits``, ``lesions``, ``measurements``, ``calls``, ``adjudications``,
        ``doses``, ``therapies``, ``ablations``, ``adverse_events``, ``labs``, ``deaths`` and
        ``dispositions``, as far as the domains hold them; and in ``findings`` everything that was
        left out or looks wrong.

    Raises
    ------
    DataError
        If there is no TU, TR or RS, if it must be said which data set is meant, or if a file
        cannot be read.

    Notes
    -----
    Responses and sums of the source are never used in ours: calls stand beside them in the table
    ``calls``, sums are compared.
    """
    return _read(Path(folder), data_set, partial_dates)[0]


def trace_rows(
    folder: str | Path,
    *,
    data_set: str | None = None,
    partial_dates: PartialDates | None = None,
) -> pl.DataFrame:
    """Tell what became of each source row: the table it is used in, or the rule that left it out.

    Parameters
    ----------
    folder, data_set, partial_dates
        As in ``read_sdtm``.

    Returns
    -------
    polars.DataFrame
        One row a source row of the domains that are read: ``file``, ``row`` (1-based, the header
        is row 1), and ``table`` or ``rule``.
    """
    return _read(Path(folder), data_set, partial_dates)[1].rows()


def _read(
    folder: Path, data_set: str | None, partial_dates: PartialDates | None
) -> tuple[Dataset, Ledger]:
    if not folder.is_dir():
        msg = f"{folder}: no folder; name the folder that holds the SDTM files"
        raise DataError(msg)
    files, ledger = find_domains(folder, data_set), Ledger()
    held = {code: read_domain(code, path) for code, path in files.domains.items()}
    domains = {code: _leave_out_nobody(domain, ledger) for code, domain in held.items()}
    _name_empty(held, ledger)
    dating = Dating(_starts(domains.get("DM")), partial_dates)
    frames = _read_subjects(domains, ledger)
    frames |= _read_treatments(domains, dating, ledger)
    frames |= _read_harm(domains, dating, ledger)
    frames |= _read_tumours(domains, dating, ledger)
    _name_unread(files, ledger)
    ledger.balance(list(held.values()))
    name = folder.resolve().name + (f" ({files.data_set})" if files.data_set else "")
    dataset = Dataset.create(frames, source=name)
    sources = {
        table: files.domains[code].name for table, code in _TABLE_OF.items() if code in domains
    }
    checked = tuple(
        replace(finding, source=sources.get(finding.table, name))
        for finding in check_dataset(dataset)
    )
    return _drop_impossible(dataset).with_findings((*ledger.findings, *checked)), ledger


def _leave_out_nobody(domain: Domain, ledger: Ledger) -> Domain:
    nobody = pl.col("USUBJID").is_null()
    ledger.leave_out_each(
        domain,
        domain.frame.filter(nobody),
        "sdtm.subject_missing",
        "USUBJID is blank, so the row is left out",
        "write the subject",
    )
    return replace(domain, frame=domain.frame.filter(~nobody))


def _starts(demographics: Domain | None) -> pl.DataFrame:
    if demographics is None:
        return pl.DataFrame(schema={"USUBJID": pl.String, "start": pl.Date})
    starts = demographics.frame.select("USUBJID", full_date("RFSTDTC").alias("start"))
    return starts.unique("USUBJID", keep="none")


def _read_subjects(domains: dict[str, Domain], ledger: Ledger) -> dict[str, pl.DataFrame]:
    milestones, ends = subjects.read_dispositions(domains.get("DS"), ledger)
    frames = {} if ends is None else {"dispositions": ends}
    if "DM" not in domains:
        held = list(domains.values())
        return frames | {"patients": subjects.patients_without_demographics(held, ledger)}
    frames["patients"] = subjects.make_patients(domains["DM"], milestones, ledger)
    flags = domains["DM"].frame.select(pl.col("DTHFL", "DTHDTC").is_not_null().any())
    if any(flags.row(0)):  # neither flag nor date in the whole file: deaths were not collected
        frames["deaths"] = subjects.make_deaths(domains["DM"], ledger)
    return frames


def _read_treatments(
    domains: dict[str, Domain], dating: Dating, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    made: dict[str, pl.DataFrame | None] = {}
    if "EX" in domains:
        made["doses"] = treatments.make_doses(domains["EX"], ledger)
    if "CM" in domains:
        made["therapies"] = treatments.make_therapies(domains["CM"], dating, ledger)
    if "PR" in domains:
        made["ablations"] = treatments.make_ablations(domains["PR"], dating, ledger)
    return {name: frame for name, frame in made.items() if frame is not None}


def _read_harm(
    domains: dict[str, Domain], dating: Dating, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    made: dict[str, pl.DataFrame | None] = {}
    if "AE" in domains:
        made["adverse_events"] = adverse_events.make_events(
            domains["AE"], domains.get("EX"), ledger
        )
    if "LB" in domains:
        made["labs"] = laboratory.make_labs(domains["LB"], dating, ledger)
    return {name: frame for name, frame in made.items() if frame is not None}


def _read_tumours(
    domains: dict[str, Domain], dating: Dating, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    held = [
        date_rows(name_readers(domains[code], ledger), ledger, dating, f"{code}DTC", f"{code}DY")
        for code in _TUMOUR
        if code in domains
    ]
    named, visits = name_visits(held, ledger)
    by_code = {domain.code: domain for domain in named}
    frames = {"visits": visits}
    frames |= _read_lesions(by_code.get("TU"), by_code.get("TR"), ledger)
    if "RS" in by_code:
        frames["calls"] = calls.make_calls(by_code["RS"], ledger)
    accepted = accepted_readers(named[::-1], ledger)  # RS says it best, then TR, then TU
    return frames if accepted is None else frames | {"adjudications": accepted}


def _read_lesions(
    tumours: Domain | None, measured: Domain | None, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    home = tumours or measured
    if home is None:
        return {}
    found = (
        lesions.read_lesions(tumours, ledger)
        if tumours is not None
        else lesions.lesions_of_results(home, ledger)
    )
    found = lesions.mark_nodes(found, home, measured, ledger)
    frames = {"lesions": lesions.make_lesion_table(found, home, ledger)}
    if measured is not None:
        of_lesions, sums = results.sort_tests(measured, ledger)
        dated = results.leave_out_undated(of_lesions, ledger)
        read = results.choose_axis(results.read_values(dated, found, ledger), ledger)
        frames["measurements"] = results.make_measurements(read, ledger)
        if tumours is not None:
            seen = lesions.seen_by_identification(
                frames["lesions"], frames["measurements"], tumours, ledger
            )
            frames["measurements"] = pl.concat([frames["measurements"], seen], how="diagonal")
        compare_sums(sums, frames["lesions"], frames["measurements"], ledger)
    return frames


def _name_empty(held: dict[str, Domain], ledger: Ledger) -> None:
    """Say which domains hold no rows, and that nothing was measured where there is no TR."""
    for domain in held.values():
        if domain.frame.is_empty():
            message = "the file holds a header and no rows"
            ledger.note("sdtm.file_empty", message, "export it again, if rows exist", domain.file)
    if "TR" not in held:
        file = next(iter(held.values())).file
        message = "there is no TR, so no lesion was measured and no response can be derived"
        ledger.note("sdtm.no_results", message, "add TR", file)


def _name_unread(files: SdtmFiles, ledger: Ledger) -> None:
    for path in files.unread:
        if is_domain_in_another_format(path):
            message = "the domain is neither CSV nor Parquet, so it is not read"
            mend = "convert it to CSV or Parquet"
            ledger.note("sdtm.format_unread", message, mend, path.name)
        elif path.is_file():
            message = f"{path.name} is not read ({_count_rows(path)}){_name_qualifiers(path)}"
            ledger.note("sdtm.domain_unread", message, "nothing to do", path.name)


def _count_rows(path: Path) -> str:
    if not is_readable(path):
        return "no CSV or Parquet"
    try:
        return f"{read_table(path).height:,} rows"
    except DataError:
        return "it cannot be counted"


def _name_qualifiers(path: Path) -> str:
    """Name the supplemental qualifiers of a file, such as AETRTEM of SUPPAE."""
    if not (path.stem.casefold().startswith("supp") and is_readable(path)):
        return ""
    try:
        table = read_table(path)
    except DataError:
        return ""
    if "QNAM" not in table.columns:
        return ""
    return f": it holds {', '.join(table['QNAM'].drop_nulls().unique().sort())}"


def _drop_impossible(dataset: Dataset) -> Dataset:
    """Make values outside the limits of their column missing; the checks have reported them."""
    frames = {
        name: frame.with_columns(
            pl.when(within_limits(column)).then(pl.col(column.name)).alias(column.name)
            for column in TABLES[name].columns
        )
        for name, frame in dataset.frames.items()
    }
    return replace(dataset, frames=frames)
