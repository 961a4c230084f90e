"""Read the CSV downloads of ClinicalTrials.gov: the current layout and the retired classic one.

Columns are found by their header, so any choice of columns in any order reads. One row is one
record. The inner formats (``TYPE: name|TYPE: name``, ``Allocation: NA|Masking: NONE``) are
shared with the headerless reader.

Source: column lists of the current download (30 columns) and the classic one (27, until 2024).
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from trialwright.errors import RegistryError
from trialwright.study.outcomes import split_outcomes
from trialwright.study.record import Intervention, Outcome, RegistryRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "as_code",
    "has_known_header",
    "read_csv",
    "record_from_row",
    "split_design",
    "split_interventions",
]

INTERVENTION_TYPES = frozenset(
    {
        "BEHAVIORAL",
        "BIOLOGICAL",
        "COMBINATION_PRODUCT",
        "DEVICE",
        "DIAGNOSTIC_TEST",
        "DIETARY_SUPPLEMENT",
        "DRUG",
        "GENETIC",
        "PROCEDURE",
        "RADIATION",
        "OTHER",
    }
)
_COLUMNS = {  # header, without case and punctuation -> what it holds
    "nct number": "nct_id",
    "study title": "title",
    "title": "title",
    "brief title": "title",
    "official title": "official_title",
    "study url": "url",
    "url": "url",
    "acronym": "acronym",
    "study status": "status",
    "status": "status",
    "brief summary": "brief_summary",
    "detailed description": "detailed_description",
    "study results": "results",
    "conditions": "conditions",
    "keywords": "keywords",
    "interventions": "interventions",
    "primary outcome measures": "primary_outcomes",
    "secondary outcome measures": "secondary_outcomes",
    "other outcome measures": "other_outcomes",
    "outcome measures": "outcome_titles",
    "sponsor": "sponsor",
    "sponsor collaborators": "sponsor_and_collaborators",
    "collaborators": "collaborators",
    "sex": "sex",
    "gender": "sex",
    "age": "age",
    "phases": "phases",
    "enrollment": "enrolment",
    "study type": "study_type",
    "study design": "design",
    "study designs": "design",
    "eligibility criteria": "eligibility_criteria",
    "start date": "start_date",
    "primary completion date": "primary_completion_date",
    "completion date": "completion_date",
}
_IGNORED_COLUMNS = frozenset(  # known, and not part of a record here
    {
        "rank",
        "funder type",
        "funded bys",
        "other ids",
        "first posted",
        "results first posted",
        "last update posted",
        "locations",
        "study documents",
    }
)
_FEWEST_KNOWN_COLUMNS = 2  # one word such as "Title" heads many files that are no registry's
_DELIMITERS = ",\t;"
_LONGEST_HEADER = 10_000  # of a line looked at for column names; a longer one is text
_END_OF_FILE = "\x00"  # a line after the last one: read_record refuses texts that hold it
_LIMIT_LOCK = Lock()  # csv keeps one limit for the whole process
_CODES = {  # classic wording -> code of the API, where dropping punctuation is not enough
    "N_A": "NA",
    **{
        f"{model}_ASSIGNMENT": model
        for model in ("SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL")
    },
    **{f"PHASE_{number}": f"PHASE{number}" for number in range(1, 5)},
    "EARLY_PHASE_1": "EARLY_PHASE1",
    "UNKNOWN_STATUS": "UNKNOWN",
}
_DESIGN_KEYS = ("allocation", "intervention_model", "masking", "primary_purpose")
_RESULTS = {"YES": True, "HAS_RESULTS": True, "NO": False, "NO_RESULTS_AVAILABLE": False}
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_MOST_SHOWN = 30
_NCT = re.compile(r"NCT\d{8}")
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_CLASSIC_DATES = (("%B %d, %Y", "%Y-%m-%d"), ("%B %Y", "%Y-%m"))
_AGE = re.compile(
    r"(?:(?P<low>\d+ \w+) (?:to (?P<high>\d+ \w+)|and older)|up to (?P<top>\d+ \w+))", re.IGNORECASE
)
_TITLES_ONLY = (
    "the classic layout gives titles alone and does not tell primary from secondary outcomes"
)


def has_known_header(text: str) -> bool:
    """Say whether the first line of ``text`` is a header of a registry download."""
    first = _first_line(text)
    return len(_known(first, _delimiter(first))) >= _FEWEST_KNOWN_COLUMNS


def read_csv(text: str, source: str) -> tuple[RegistryRecord, ...]:
    """Read every row of a registry download.

    Parameters
    ----------
    text : str
        The file, decoded.
    source : str
        Its name, for messages and for the record.

    Returns
    -------
    tuple of RegistryRecord
        One per row, in the order of the file; blank rows are skipped.

    Raises
    ------
    RegistryError
        If no column is known, one is there twice, a quote never closes, or a row has more or
        fewer cells than the header.
    """
    (first, header), *rows = _rows(text, source) or [(1, [])]
    _check_header(header, f"{source} line {first}")
    records = []
    for line, cells in rows:
        if len(cells) != len(header):
            msg = (
                f"{source} line {line}: the row has {len(cells)} cells, the header "
                f"{len(header)}; download the file again, or put quotes around cells that "
                "hold the separator or a line break"
            )
            raise RegistryError(msg)
        records.append(record_from_row(dict(zip(header, cells, strict=True)), source))
    if not records:
        msg = f"{source}: there is a header and no record below it; download at least one study"
        raise RegistryError(msg)
    return tuple(records)


def record_from_row(row: Mapping[str, str], source: str) -> RegistryRecord:
    """Read one row, given as header to cell.

    Parameters
    ----------
    row : mapping of str to str
        Cells by column header; unknown headers are reported in ``remarks``.
    source : str
        File name.

    Returns
    -------
    RegistryRecord
        What the cells say; what could not be read stands in ``remarks``.
    """
    cells = {_COLUMNS.get(_normal(name), ""): cell.strip() for name, cell in row.items()}
    remarks = [f"column {name!r} is not read" for name in row if not _is_known(name)]
    sponsor, collaborators = _sponsors(cells)
    minimum_age, maximum_age, age_groups = _ages(cells.get("age", ""))
    design = split_design(cells.get("design", ""))
    return RegistryRecord(
        source_format="ClinicalTrials.gov CSV",
        source=source,
        nct_id=_nct_id(cells, remarks),
        title=cells.get("title") or None,
        official_title=cells.get("official_title") or None,
        acronym=cells.get("acronym") or None,
        brief_summary=cells.get("brief_summary") or None,
        detailed_description=cells.get("detailed_description") or None,
        conditions=_listed(cells.get("conditions", "")),
        keywords=_listed(cells.get("keywords", "")),
        interventions=split_interventions(cells.get("interventions", "")),
        primary_outcomes=split_outcomes(cells.get("primary_outcomes", "")),
        secondary_outcomes=split_outcomes(cells.get("secondary_outcomes", "")),
        other_outcomes=(
            *split_outcomes(cells.get("other_outcomes", "")),
            *_titles(cells.get("outcome_titles", "")),
        ),
        enrolment=_enrolment(cells.get("enrolment", ""), remarks),
        study_type=as_code(cells.get("study_type", "")),
        phases=tuple(code for part in _listed(cells.get("phases", "")) if (code := as_code(part))),
        allocation=as_code(design.get("allocation", "")),
        intervention_model=as_code(design.get("intervention_model", "")),
        masking=_masking(design.get("masking", "")),
        primary_purpose=as_code(design.get("primary_purpose", "")),
        sponsor=sponsor,
        collaborators=collaborators,
        status=as_code(cells.get("status", "")),
        sex=as_code(cells.get("sex", "")),
        minimum_age=minimum_age,
        maximum_age=maximum_age,
        age_groups=age_groups,
        eligibility_criteria=cells.get("eligibility_criteria") or None,
        start_date=_date(cells, "start_date", remarks),
        primary_completion_date=_date(cells, "primary_completion_date", remarks),
        completion_date=_date(cells, "completion_date", remarks),
        has_results=_RESULTS.get(as_code(cells.get("results", "")) or ""),
        remarks=tuple(remarks),
    )


def split_interventions(cell: str) -> tuple[Intervention, ...]:
    """Split ``TYPE: name|TYPE: name``; a ``|`` without a type after it belongs to the name."""
    parts: list[str] = []
    for part in cell.split("|"):
        kind, colon, _ = part.partition(":")
        if parts and not (colon and as_code(kind) in INTERVENTION_TYPES):
            parts[-1] = f"{parts[-1]}|{part}"
        elif part.strip():
            parts.append(part)
    return tuple(_intervention(part.strip()) for part in parts)


def split_design(cell: str) -> dict[str, str]:
    """Split ``Allocation: NA|Masking: NONE`` into its parts, named as in the record."""
    parts = (part.partition(":") for part in cell.split("|"))
    found = {(as_code(key) or "").lower(): text.strip() for key, _, text in parts}
    return {key: text for key, text in found.items() if key in _DESIGN_KEYS and text}


def as_code(text: str) -> str | None:
    """Return a coded value as the API writes it (``Single Group Assignment``: SINGLE_GROUP)."""
    code = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")
    return _CODES.get(code, code) or None


def _intervention(raw: str) -> Intervention:
    kind, colon, name = raw.partition(":")
    code = as_code(kind)
    if not colon or code is None or code not in INTERVENTION_TYPES:
        return Intervention("", raw, None, raw)
    return Intervention(code, name.strip(), None, raw)


def _rows(text: str, source: str) -> list[tuple[int, list[str]]]:
    """Return (line on which it begins, cells) of every row that is not blank."""
    lines = (*io.StringIO(text, newline=""), _END_OF_FILE)
    reader = csv.reader(lines, delimiter=_delimiter(_first_line(text)))
    found, cells, begin, following = [], [""], 1, 1
    try:
        with _cells_of_any_length(len(text)):
            for cells in reader:
                begin, following = following, reader.line_num + 1
                if any(cell.strip() for cell in cells):
                    found.append((begin, cells))
    except csv.Error as error:
        msg = f"{source} line {following}: not a CSV row ({error}); mend it or download it again"
        raise RegistryError(msg) from None
    if cells != [_END_OF_FILE]:  # the last line went into a cell: its quote is still open
        line = begin + sum(len(_LINE_BREAK.findall(cell)) for cell in cells[:-1])
        text = cells[-1].removesuffix(_END_OF_FILE).partition("\n")[0][:_MOST_SHOWN]
        msg = f"{source} line {line}: the quote that opens the cell {text!r} never closes; close it"
        raise RegistryError(msg)
    return found[:-1]


@contextmanager
def _cells_of_any_length(longest: int) -> Iterator[None]:
    """Raise the limit of csv, which holds for the whole process, while one file is read."""
    with _LIMIT_LOCK:
        before = csv.field_size_limit()
        csv.field_size_limit(max(before, longest + 1))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _check_header(header: list[str], place: str) -> None:
    known = [name for name in map(_normal, header) if name in _COLUMNS]
    if not known:
        msg = (
            f"{place}: no column of a ClinicalTrials.gov download among "
            f"{', '.join(repr(name) for name in header[:6])}; keep the header line ('NCT Number', "
            "'Study Title', 'Primary Outcome Measures', ...); of the API only page 1 has it"
        )
        raise RegistryError(msg)
    fields = [_COLUMNS[name] for name in known]
    twice = sorted({name for name in known if fields.count(_COLUMNS[name]) > 1 and name != "url"})
    if twice:
        msg = f"{place}: more than one column holds {', '.join(twice)}; keep one of them"
        raise RegistryError(msg)


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=lambda sign: len(_known(line, sign)))


def _known(line: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([line[:_LONGEST_HEADER]], delimiter=delimiter), [])
    return [cell for cell in cells if _is_known(cell)]


def _is_known(name: str) -> bool:
    return _normal(name) in _COLUMNS or _normal(name) in _IGNORED_COLUMNS


def _normal(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _titles(cell: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(part, None, None, part, "low", _TITLES_ONLY) for part in _listed(cell))


def _sponsors(cells: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """Return sponsor and collaborators; the classic layout names the sponsor first."""
    first, *others = _listed(cells.get("sponsor_and_collaborators", "")) or ("",)
    sponsor = cells.get("sponsor") or first or None
    return sponsor, (*_listed(cells.get("collaborators", "")), *others)


def _nct_id(cells: Mapping[str, str], remarks: list[str]) -> str | None:
    stated = cells.get("nct_id", "")
    if stated and not _NCT.fullmatch(stated.upper()):
        remarks.append(f"NCT number {stated!r} is not NCT and eight digits; it is not taken over")
    found = _NCT.fullmatch(stated.upper()) or _NCT.search(cells.get("url", ""))
    return found.group(0) if found else None


def _enrolment(cell: str, remarks: list[str]) -> int | None:
    if not cell:
        return None
    if re.fullmatch(r"\d{1,9}(?:\.0)?", cell):
        return int(float(cell))
    remarks.append(f"enrollment {cell!r} is not a whole number below 10^9; it is not taken over")
    return None


def _masking(text: str) -> str | None:
    """Return ``DOUBLE (PARTICIPANT, INVESTIGATOR)`` in capitals; ``None (Open Label)``: NONE."""
    return "NONE" if text.upper().startswith("NONE") else text.upper() or None


def _ages(cell: str) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return lower limit, upper limit and age groups; the current layout has groups alone."""
    limits = _AGE.match(cell)
    inside = re.search(r"\((.*)\)", cell)
    groups = inside.group(1) if inside else "" if limits else cell
    names = tuple(code for part in groups.split(",") if (code := as_code(part)))
    if limits is None:
        return None, None, names
    return limits["low"], limits["high"] or limits["top"], names


def _date(cells: Mapping[str, str], name: str, remarks: list[str]) -> str | None:
    text = cells.get(name, "")
    if not text or _ISO_DATE.fullmatch(text):
        return text or None
    for given, iso in _CLASSIC_DATES:
        try:
            return datetime.strptime(text, given).strftime(iso)  # noqa: DTZ007 - a date, no time
        except ValueError:
            continue
    remarks.append(f"{name.replace('_', ' ')} {text!r} is not a date; it is not taken over")
    return None
