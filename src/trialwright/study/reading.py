"""Open a registry file, whatever its layout and encoding, and read its records.

The encoding is found as byte-order mark, else strict UTF-8, else strict GB18030 (Chinese
spreadsheets); never latin-1, which reads any bytes as something. The layout is found by looking
at the text; the extension counts only where the text says nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.errors import RegistryError
from trialwright.study.ctgov_csv import has_known_header, read_csv
from trialwright.study.ctgov_json import read_json
from trialwright.study.headerless import read_headerless

if TYPE_CHECKING:
    import os

    from trialwright.study.record import RegistryRecord

__all__ = ["read_record", "read_records"]

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF_32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)  # the first opens as UTF-16 does
_FOREIGN_FILES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a spreadsheet or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "a gzip file"),
)
_WHAT_TO_GIVE = (
    "give a ClinicalTrials.gov download (CSV or JSON) or a text file with one field a line"
)
_TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_IDEOGRAPH = r"[\u3400-\u9fff]"
_INVISIBLE = "\ufeff \t\r\n"  # a byte-order mark and blanks
_JSON = re.compile(r"\s*(?:\{|\[\s*[\]{])")  # a title may open with "[18F]"
_MOST_SHOWN = 5


def read_record(path: str | os.PathLike[str], *, nct_id: str | None = None) -> RegistryRecord:
    """Read one registry record.

    Parameters
    ----------
    path : str or path
        The file.
    nct_id : str, optional
        Which record, where the file holds several.

    Returns
    -------
    RegistryRecord
        What the file says; at least one outcome.

    Raises
    ------
    RegistryError
        If the file cannot be read as a registry record, holds several and ``nct_id`` is not
        given (or none of that number), or the record has no outcome at all.
    """
    records = _read(Path(path))
    if nct_id is not None:
        records = tuple(r for r in records if r.nct_id == nct_id.strip().upper()) or _none_of(
            nct_id, Path(path), records
        )
    if len(records) > 1:
        msg = f"{Path(path).name}: {len(records)} records ({_numbers(records)}); {_pick(records)}"
        raise RegistryError(msg)
    _check_outcomes(records)
    return records[0]


def read_records(path: str | os.PathLike[str]) -> tuple[RegistryRecord, ...]:
    """Read every registry record of a file, in its order.

    Raises
    ------
    RegistryError
        If the file cannot be read as registry records, or one of them has no outcome at all.
    """
    records = _read(Path(path))
    _check_outcomes(records)
    return records


def _read(path: Path) -> tuple[RegistryRecord, ...]:
    text, remark = _decode(_read_bytes(path), path.name)
    if not text.strip(_INVISIBLE):
        raise RegistryError(_empty(path.name))
    records = _read_text(text, path)
    if remark is None:
        return records
    return tuple(replace(record, remarks=(*record.remarks, remark)) for record in records)


def _read_text(text: str, path: Path) -> tuple[RegistryRecord, ...]:
    if _JSON.match(text):
        return read_json(text, path.name)
    if has_known_header(text) or path.suffix.lower() in _TABLE_SUFFIXES:
        return read_csv(text, path.name)
    if path.suffix.lower() == ".json":
        return read_json(text, path.name)
    return (read_headerless(text, path.name),)


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        msg = f"{path.name}: a folder, not a file; {_WHAT_TO_GIVE}"
        raise RegistryError(msg)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        msg = f"{path.name}: there is no such file in {path.parent}; check the name"
        raise RegistryError(msg) from None
    except OSError as error:
        msg = f"{path.name}: cannot be opened ({error.strerror}); check the file's permissions"
        raise RegistryError(msg) from None
    if not content.strip():
        raise RegistryError(_empty(path.name))
    return content


def _empty(source: str) -> str:
    return f"{source}: the file is empty; {_WHAT_TO_GIVE}"


def _decode(content: bytes, source: str) -> tuple[str, str | None]:
    """Return the text, and a remark where the encoding is a guess."""
    for start, what in _FOREIGN_FILES:
        if content.startswith(start):
            msg = f"{source}: {what}; {_WHAT_TO_GIVE}"
            raise RegistryError(msg)
    if content.startswith(_UTF_32_MARKS):
        msg = f"{source}: not UTF-8 but UTF-32 text; save it as UTF-8 and read it again"
        raise RegistryError(msg)
    marks = (encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark))
    encoding = next(marks, "utf-8")
    if encoding != "utf-16" and b"\x00" in content:
        raise RegistryError(_binary(source))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            return _decode_gb18030(content, source)
        raise RegistryError(_not_text(source)) from None
    if "\x00" in text:
        raise RegistryError(_binary(source))
    return text, None


def _binary(source: str) -> str:
    return f"{source}: a binary file; {_WHAT_TO_GIVE}"


def _decode_gb18030(content: bytes, source: str) -> tuple[str, str]:
    """Decode Chinese text, and refuse Western text that happens to decode.

    An é before a letter decodes as one ideograph amid a word, so ideographs that never stand
    beside one another are no Chinese.
    """
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise RegistryError(_not_text(source)) from None
    if re.search(_IDEOGRAPH, text) and not re.search(_IDEOGRAPH * 2, text):
        raise RegistryError(_not_text(source))
    if re.search(r"[\x01-\x08\x0e-\x1f]", text):
        raise RegistryError(_not_text(source))
    foreign = re.search(r"[^\x00-\x7f]+", text)
    shown = foreign.group(0)[:20] if foreign else ""
    return text, f"the file is not UTF-8 and was read as GB18030; check that {shown!r} reads right"


def _not_text(source: str) -> str:
    return f"{source}: neither UTF-8 nor Chinese (GB18030) text; save it as UTF-8 and read it again"


def _none_of(
    nct_id: str, path: Path, records: tuple[RegistryRecord, ...]
) -> tuple[RegistryRecord, ...]:
    msg = f"{path.name}: no record {nct_id}; it holds {_numbers(records)}"
    raise RegistryError(msg)


def _pick(records: tuple[RegistryRecord, ...]) -> str:
    """Say how one of several records is chosen."""
    numbers = [record.nct_id for record in records]
    if None in numbers or len(set(numbers)) < len(numbers):
        return "NCT numbers do not tell them apart: keep one of them in the file"
    return (
        "say which one by its NCT number (on the command line --nct-id NUMBER, in Python "
        'nct_id="NUMBER")'
    )


def _numbers(records: tuple[RegistryRecord, ...]) -> str:
    shown = ", ".join(record.nct_id or "one without a number" for record in records[:_MOST_SHOWN])
    return f"{shown}, ..." if len(records) > _MOST_SHOWN else shown


def _check_outcomes(records: tuple[RegistryRecord, ...]) -> None:
    without = tuple(record for record in records if not record.outcomes())
    if without:
        which = f" in {_numbers(without)}" if len(records) > 1 else ""
        msg = (
            f"{without[0].source}: no outcome measure found{which}; add the primary outcomes "
            f"({_where_outcomes_go(without[0])}) and read it again"
        )
        raise RegistryError(msg)


def _where_outcomes_go(record: RegistryRecord) -> str:
    if record.source_format == "ClinicalTrials.gov CSV":
        return "choose the column 'Primary Outcome Measures' for the download"
    if record.source_format == "ClinicalTrials.gov API v2":
        return "protocolSection.outcomesModule.primaryOutcomes"
    return "a line 'measure, description, time frame'"
