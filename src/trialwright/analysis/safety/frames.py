"""The rows behind the tables of safety, one frame a subject, ready for a file or a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.liver import hys_law_frame

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis

_BETWEEN = "; "  # of the parts of a list, in a cell


def safety_frames(safety: SafetyAnalysis) -> dict[str, pl.DataFrame]:
    """Return every row behind the tables of safety.

    Returns
    -------
    dict of str to polars.DataFrame
        ``adverse_events`` (one row an event, with what was derived and why), ``deaths``,
        ``laboratory`` (one row a value with its grades), ``laboratory_worst``,
        ``laboratory_shifts``, ``vitals`` (one row a value), ``blood_pressure`` (one row a day),
        ``blood_pressure_worst``, ``blood_pressure_shifts``, ``ecgs`` (one row a value),
        ``qtcf_worst``, ``qtcf_counts``, ``liver`` (peaks of eDISH), ``hys_law``, ``exposure``,
        ``toxicity``; without those that the data or the study do not allow. Lists are written with
        a semicolon between their parts.
    """
    found: dict[str, pl.DataFrame | None] = {
        "adverse_events": None if safety.events is None else safety.events.rows,
        "deaths": safety.deaths,
        "exposure": safety.exposure,
    }
    if safety.laboratory is not None:
        found |= {
            "laboratory": safety.laboratory.rows,
            "laboratory_worst": safety.laboratory.worst,
            "laboratory_shifts": safety.laboratory.shifts,
        }
    if safety.vitals is not None:
        found |= {
            "vitals": safety.vitals.rows,
            "blood_pressure": safety.vitals.pressures,
            "blood_pressure_worst": safety.vitals.worst,
            "blood_pressure_shifts": safety.vitals.shifts,
        }
    if safety.ecgs is not None:
        found |= {
            "ecgs": safety.ecgs.rows,
            "qtcf_worst": safety.ecgs.worst,
            "qtcf_counts": safety.ecgs.counts,
        }
    found["liver"] = safety.edish
    if safety.hys_law is not None:
        found["hys_law"] = hys_law_frame(safety.hys_law)
    if safety.toxicity is not None:
        found["toxicity"] = pl.DataFrame(list(safety.toxicity.patients))
    return {name: _write_lists(frame) for name, frame in found.items() if frame is not None}


def _write_lists(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(name).list.join(_BETWEEN) for name in lists)
