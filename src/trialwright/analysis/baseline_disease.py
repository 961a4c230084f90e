"""The disease before treatment: what the study declares, what the scans and the laboratory show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset.characteristics import read_characteristics
from trialwright.response.tumour_burden import TumourBurden, measure_burden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.analysis.result import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.study.characteristics_section import Characteristic


@dataclass(frozen=True, slots=True)
class DeclaredCharacteristic:
    """One characteristic of the study file with the value of each patient.

    Parameters
    ----------
    name, title, kind : str
        As the study declares it; ``kind`` is ``category`` or ``number``.
    order : tuple of str
        Levels of a category in the order of the study.
    unit : str
        Unit of a number; empty if it has none.
    levels, numbers : mapping of str to str or float
        By patient; who is not in it: not known, or not usable.
    unusable : frozenset of str
        Patients whose value on file is no level, no number, or in another unit.
    not_collected : bool
        Whether the data hold no characteristics at all.
    """

    name: str
    title: str
    kind: str
    order: tuple[str, ...] = ()
    unit: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    unusable: frozenset[str] = frozenset()
    not_collected: bool = False


@dataclass(frozen=True, slots=True)
class BaselineLaboratory:
    """One analyte before treatment: values in ``unit``, and who is above the upper limit.

    ``not_exact`` are the patients whose value is known only as below or above a limit; it is in
    none of the values.
    """

    values: Mapping[str, float]
    unit: str
    above_limit: Mapping[str, bool]
    not_exact: frozenset[str] = frozenset()


def read_declared(analysis: Analysis) -> tuple[DeclaredCharacteristic, ...]:
    """Return the characteristics of the study, in its order.

    Of two rows of one patient, which a check of the data reports, the first usable one counts.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    if not analysis.study.characteristics:
        return ()
    rows = read_characteristics(analysis.dataset, analysis.study)
    collected = analysis.dataset.collected("characteristics")
    return tuple(_read_one(one, rows, collected) for one in analysis.study.characteristics)


def _read_one(one: Characteristic, rows: pl.DataFrame, collected: bool) -> DeclaredCharacteristic:
    own = rows.filter(pl.col("characteristic") == one.name).drop_nulls("patient_id")
    levels, numbers = (_first(own, name) for name in ("level", "number"))
    unusable = set(own.drop_nulls("problem")["patient_id"]) - levels.keys() - numbers.keys()
    return DeclaredCharacteristic(
        one.name,
        one.title,
        one.kind,
        one.levels or (),
        one.unit or "",
        levels,
        numbers,
        frozenset(unusable),
        not_collected=not collected,
    )


def _first(rows: pl.DataFrame, name: str) -> dict[str, Any]:
    known = rows.drop_nulls(name).unique("patient_id", keep="first", maintain_order=True)
    return dict(known.select("patient_id", name).iter_rows())


def tell_characteristics(analysis: Analysis) -> dict[str, str]:
    """Return every characteristic on file of each patient, in words and as it was written.

    One that the study does not declare, or whose value cannot be used, is told as such.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    titles = {one.name: one.title for one in analysis.study.characteristics}
    told: dict[str, list[str]] = {}
    rows = read_characteristics(analysis.dataset, analysis.study)
    for row in rows.drop_nulls(("patient_id", "value")).iter_rows(named=True):
        name = row["characteristic"] or "not named"
        unit = f" {row['unit']}" if row["unit"] else ""
        problem = _PROBLEMS.get(row["problem"], " (not usable)")
        words = f"{titles.get(name, name)}: {row['value']}{unit}{problem}"
        told.setdefault(row["patient_id"], []).append(words)
    return {patient: "; ".join(words) for patient, words in told.items()}


_PROBLEMS = {None: "", "characteristic.unknown": " (not declared)"}


def measure_burdens(analysis: Analysis) -> dict[str, TumourBurden]:
    """Return the tumour burden of every patient before treatment, in the reading that counts.

    A patient of whom no reading counts has none, with the reason.
    """
    return {
        one.patient_id: measure_burden(one.scans)
        if one.refused is None
        else TumourBurden(one.patient_id, why_not=one.refused)
        for one in analysis.readings
    }


def read_baseline_laboratory(safety: SafetyAnalysis, analyte: str) -> BaselineLaboratory | None:
    """Return one analyte before treatment; none where the data hold no such value.

    Parameters
    ----------
    safety : SafetyAnalysis
        Its laboratory says which value is the baseline: the last up to the first treatment.
    analyte : str
        Name of the analyte (``safety/units.toml``): ``lactate dehydrogenase``.
    """
    if safety.laboratory is None:
        return None
    own = safety.laboratory.rows.filter("is_baseline", pl.col("analyte") == analyte)
    known = own.drop_nulls(("standard_value", "standard_unit"))
    exact = known.filter(pl.col("qualifier").is_null())  # "<5" is no number to average
    if exact.is_empty():
        return None
    limited = exact.drop_nulls("upper_ratio")
    return BaselineLaboratory(
        dict(exact.select("patient_id", "standard_value").iter_rows()),
        exact["standard_unit"][0],
        {one: ratio > 1 for one, ratio in limited.select("patient_id", "upper_ratio").iter_rows()},
        frozenset(known.drop_nulls("qualifier")["patient_id"]),
    )
