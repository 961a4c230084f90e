"""Read the sizes of lesions over time: one row a lesion and scan, nothing left out silently.

Sources are the multi-study workbook of tumour sizes (read by ``dataset``) and a plain CSV. A
row is ``measured``, ``too_small`` or ``absent`` (both: below the limit of measurement), or
``missing`` (not evaluable, blank, or refused by a check of the reader).
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.errors import DataError
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.dataset import Dataset

Size = Literal["measured", "too_small", "absent", "missing"]
SIZES: tuple[Size, ...] = get_args(Size)

_WORDS: dict[str, Size] = {
    "": "missing",
    "not evaluable": "missing",
    "not recorded": "missing",
    "too small": "too_small",
    "too small to measure": "too_small",
    "absent": "absent",
}
_TIMES = {"day": 1 / 7, "week": 1.0}
_COLUMNS = "patient, lesion, day or week, size_mm"
_MOST_MM = 1000.0
_MOST_WEEKS = 5200.0


@dataclass(frozen=True, slots=True)
class LesionSeries:
    """Sizes of lesions over time, in the order of the source.

    Parameters
    ----------
    patient, lesion : tuple of str
        Whose size it is. A patient of one study of several is named ``study/patient``.
    week : ndarray, shape (rows,)
        Weeks since the first dose; negative before it.
    size_mm : ndarray, shape (rows,)
        Longest diameter in mm; nan unless measured.
    kind : tuple of {"measured", "too_small", "absent", "missing"}
        What the row says about the size.
    source : str
        Where the sizes came from.
    notes : tuple of str
        What the reader found in the source, a sentence each.
    """

    patient: tuple[str, ...]
    lesion: tuple[str, ...]
    week: NDArray[np.float64]
    size_mm: NDArray[np.float64]
    kind: tuple[Size, ...]
    source: str
    notes: tuple[str, ...] = ()

    @classmethod
    def create(
        cls,
        patient: Sequence[str],
        week: ArrayLike,
        size_mm: ArrayLike,
        *,
        lesion: Sequence[str] | None = None,
        kind: Sequence[Size] | None = None,
        source: str = "values given",
    ) -> LesionSeries:
        """Make series from columns of one length.

        Parameters
        ----------
        patient : sequence of str
            Whose size it is.
        week : array_like
            Weeks since the first dose, finite.
        size_mm : array_like
            Diameter in mm, more than 0 where measured.
        lesion : sequence of str, optional
            Which lesion; one a patient if not given.
        kind : sequence of str, optional
            What each row is; if not given, 0 is absent, nan is missing, the rest measured.
        source : str
            Where the sizes came from.

        Raises
        ------
        ValueError
            If lengths differ, a week is not finite, or a measured size is not more than 0.

        Examples
        --------
        >>> LesionSeries.create(["a", "a"], [0, 8], [30.0, 0.0]).kind
        ('measured', 'absent')
        """
        weeks, sizes = np.asarray(week, float), np.asarray(size_mm, float)
        lesions = ("T1",) * len(patient) if lesion is None else tuple(lesion)
        kinds = tuple(map(_kind_of, sizes)) if kind is None else tuple(kind)
        lengths = {len(patient), len(lesions), len(kinds), weeks.size, sizes.size}
        if len(lengths) != 1 or weeks.ndim != 1 or sizes.ndim != 1:
            msg = f"the columns must have one length, not {sorted(lengths)}"
            raise ValueError(msg)
        if not np.isfinite(weeks).all():
            msg = f"week {weeks[~np.isfinite(weeks)][0]} is not a number; leave such rows out"
            raise ValueError(msg)
        if set(kinds) - set(SIZES):
            msg = f"kind must be one of {', '.join(SIZES)}, not {sorted(set(kinds) - set(SIZES))}"
            raise ValueError(msg)
        measured = np.array([one == "measured" for one in kinds], bool)
        if not ((sizes[measured] > 0) & np.isfinite(sizes[measured])).all():
            msg = "a measured size must be more than 0 mm; use kind 'absent' or 'missing'"
            raise ValueError(msg)
        sizes = np.where(measured, sizes, np.nan)
        return cls(tuple(patient), lesions, read_only(weeks), read_only(sizes), kinds, source)

    def count(self) -> dict[str, int]:
        """Count rows, patients, lesions, and rows of each kind."""
        kinds = Counter(self.kind)
        return {
            "rows": len(self.kind),
            "patients": len(set(self.patient)),
            "lesions": len(set(zip(self.patient, self.lesion, strict=True))),
            **{kind: kinds[kind] for kind in SIZES},
        }

    def to_frame(self) -> pl.DataFrame:
        """Return the rows as a table; ``size_mm`` is null unless measured."""
        import polars as pl

        return pl.DataFrame(
            {
                "patient": list(self.patient),
                "lesion": list(self.lesion),
                "week": self.week,
                "size_mm": self.size_mm,
                "kind": list(self.kind),
            }
        ).with_columns(pl.col("size_mm").fill_nan(None))


def read_lesion_series(path: str | Path) -> LesionSeries:
    """Read sizes of lesions from the workbook of tumour sizes or from a plain CSV.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` with one sheet a study (columns of the workbook of tumour sizes), or a CSV
        with the columns ``patient``, ``lesion`` (may be left out: one a patient), ``day`` or
        ``week`` since the first dose, and ``size_mm``: a number, or ``too small to measure``,
        ``absent``, ``not evaluable``, or blank.

    Returns
    -------
    LesionSeries
        Every row with a patient and a day. Rows of the workbook without are in ``notes``.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing or a cell is neither a number nor a
        known word; every such row is named with its mend.
    """
    place = Path(path)
    if not place.is_file():
        msg = f"{place}: there is no such file; give a CSV or the XLSX workbook of tumour sizes"
        raise DataError(msg)
    if place.suffix.casefold() == ".csv":
        return _read_csv(place)
    from trialwright.dataset import read_datasets

    return _from_studies(place.name, read_datasets(place))


def _from_studies(source: str, studies: Mapping[str, Dataset]) -> LesionSeries:
    patient: list[str] = []
    lesion: list[str] = []
    week: list[float] = []
    size: list[float] = []
    kind: list[Size] = []
    notes: list[str] = []
    for name, study in studies.items():
        notes += [str(finding) for finding in study.findings]
        zero = study.day_zero
        for row in study.measurements.iter_rows(named=True):
            if zero is None or row["scan_date"] is None:
                continue  # the reader has a finding for it
            mm = row["diameter_mm"]
            patient.append(f"{name}/{row['patient_id']}")
            lesion.append(row["lesion_id"])
            week.append((row["scan_date"] - zero).days / 7)
            size.append(np.nan if mm is None else mm)
            kind.append(_kind_of(size[-1]) if row["state"] is None else _of_state(row["state"]))
    made = LesionSeries.create(patient, week, size, lesion=lesion, kind=kind, source=source)
    return _with_notes(made, notes)


def _of_state(state: str) -> Size:
    return "too_small" if state == "too_small" else "absent" if state == "absent" else "missing"


def _kind_of(size: float) -> Size:
    if np.isnan(size):
        return "missing"
    return "measured" if size != 0 else "absent"


def _with_notes(series: LesionSeries, notes: Iterable[str]) -> LesionSeries:
    from dataclasses import replace

    return replace(series, notes=tuple(notes))


def _read_csv(path: Path) -> LesionSeries:
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: cannot be read as CSV in UTF-8 ({error}); save it again as such"
        raise DataError(msg) from error
    places, time = _find_columns(path, rows)
    cells = [
        (number, {name: row[at].strip() if at < len(row) else "" for name, at in places.items()})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    problems = [problem for number, row in cells for problem in _problems(number, row, time)]
    if problems:
        msg = f"{path}: {len(problems)} cells cannot be used"
        raise DataError(msg, problems)
    kinds = [_csv_kind(row["size_mm"]) for _, row in cells]
    return LesionSeries.create(
        [row["patient"] for _, row in cells],
        [float(row[time]) * _TIMES[time] for _, row in cells],
        [
            float(row["size_mm"]) if kind == "measured" else np.nan
            for (_, row), kind in zip(cells, kinds, strict=True)
        ],
        lesion=[row.get("lesion", "T1") for _, row in cells],
        kind=kinds,
        source=path.name,
    )


def _find_columns(path: Path, rows: list[list[str]]) -> tuple[dict[str, int], str]:
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    known = ("patient", "lesion", *_TIMES, "size_mm")
    places = {name: header.index(name) for name in known if name in header}
    times = [name for name in _TIMES if name in places]
    missing = [name for name in ("patient", "size_mm") if name not in places]
    if missing or len(times) != 1:
        wanted = ", ".join([*missing, *([] if len(times) == 1 else ["day or week (one of them)"])])
        msg = (
            f"{path}, row 1: the columns are {', '.join(header) or 'none'}; needed: {wanted} "
            f"(of {_COLUMNS}; lesion may be left out)"
        )
        raise DataError(msg)
    return places, times[0]


def _problems(number: int, row: dict[str, str], time: str) -> list[str]:
    found = []
    if not row["patient"]:
        found.append(f"row {number}: patient is blank; write whose size it is")
    if not row.get("lesion", "T1"):
        found.append(f"row {number}: lesion is blank; write which lesion it is")
    when = _number(row[time])
    if when is None or abs(when) * _TIMES[time] > _MOST_WEEKS:
        found.append(f"row {number}: {time} is {row[time]!r}; write {time}s since the first dose")
    size = _number(row["size_mm"])
    if size is None and _normal(row["size_mm"]) not in _WORDS:
        words = ", ".join(word for word in _WORDS if word)
        found.append(
            f"row {number}: size_mm is {row['size_mm']!r}; write mm with a decimal point, "
            f"or one of {words}, or nothing"
        )
    elif size is not None and not 0 <= size <= _MOST_MM:
        found.append(f"row {number}: size_mm is {row['size_mm']}; write 0 to {_MOST_MM:g} mm")
    return found


def _csv_kind(text: str) -> Size:
    size = _number(text)
    return _WORDS[_normal(text)] if size is None else _kind_of(size)


def _normal(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
