"""Complications of the ablation: CTCAE, CIRSE and SIR side by side, by phase.

No system is preferred, and none is translated into another: a blank stays a blank.

Sources
-------
CIRSE 2017: Filippiadis and others, Cardiovasc Intervent Radiol 2017;40:1141 (grades 1 to 6, 6 is
death); as modified in 2026 (CVIR 49:2) grades 1 and 3 are each split in two. SIR 2003: Sacks and
others, J Vasc Interv Radiol 2003;14:S199 (A and B are minor, C to F major, F is death). SIR 2017:
Khalilzadeh and others, J Vasc Interv Radiol 2017;28:1432. Phases: Ahmed and others, Radiology
2014;273:241: immediate up to 24 hours, periprocedural up to 30 days, delayed after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.dataset.event_checks import disagree_on_death
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Collection

Phase = Literal["immediate", "periprocedural", "delayed"]
PHASES: tuple[Phase, ...] = ("immediate", "periprocedural", "delayed")
_IMMEDIATE_DAYS = 1
_SYSTEMS = ("cirse_grade", "sir_class", "sir_severity")
_MINOR = ("A", "B")  # SIR 2003


def phase_of(days: int | None, procedure_days: int, *, related: bool) -> Phase | None:
    """Return the phase after an ablation in which an event began.

    Parameters
    ----------
    days : int or None
        Days from the last ablation to the onset; none: there was none, or the day is not known.
    procedure_days : int
        Days that count as periprocedural (``safety.procedure_days``).
    related : bool
        Whether the event is attributed to the ablation; only then can it be a delayed one.

    Examples
    --------
    >>> [phase_of(days, 30, related=True) for days in (1, 2, 30, 31)]
    ['immediate', 'periprocedural', 'periprocedural', 'delayed']
    """
    if days is None or days < 0:
        return None
    if days <= _IMMEDIATE_DAYS:
        return "immediate"
    if days <= procedure_days:
        return "periprocedural"
    return "delayed" if related else None


def list_complications(events: pl.DataFrame) -> pl.DataFrame:
    """Return the complications of ablation, with their grade in each system.

    A complication is an event that is attributed to the ablation, or that somebody graded as one.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``events.derive_events``.

    Returns
    -------
    polars.DataFrame
        In the order of the events: ``patient_id``, ``term``, ``onset``, ``after_ablation_days``,
        ``procedure_phase``, ``grade`` (CTCAE), ``cirse_grade`` (as recorded), ``cirse_2017`` (1a
        and 1b are 1, 3a and 3b are 3), ``sir_class``, ``sir_2003`` (``minor`` or ``major``),
        ``sir_severity`` (SIR 2017), ``ablation_related``, ``emergent``, ``disagreement`` (null
        where no two systems contradict each other), ``source_row``.
    """
    graded = pl.any_horizontal(pl.col(_SYSTEMS).is_not_null())
    found = events.filter(pl.col("ablation_related").fill_null(value=False) | graded)
    contradictions = [disagree_on_death(row) for row in found.iter_rows(named=True)]
    sir = pl.col("sir_class")
    return found.select(
        "patient_id",
        "term",
        "onset",
        "after_ablation_days",
        "procedure_phase",
        "grade",
        "cirse_grade",
        pl.col("cirse_grade").str.slice(0, 1).alias("cirse_2017"),
        "sir_class",
        pl.when(sir.is_in(_MINOR)).then(pl.lit("minor"))
        .when(sir.is_not_null()).then(pl.lit("major")).alias("sir_2003"),
        "sir_severity",
        "ablation_related",
        "emergent",
        pl.Series("disagreement", contradictions, pl.String),
        SOURCE_ROW,
    )  # fmt: skip


def count_complications(complications: pl.DataFrame, ablated: Collection[str]) -> pl.DataFrame:
    """Count patients by their worst complication, in each system and phase.

    Parameters
    ----------
    complications : polars.DataFrame
        As ``list_complications`` returns it.
    ablated : collection of str
        The denominator: patients who were ablated; complications of others are not counted.

    Returns
    -------
    polars.DataFrame
        ``system`` (``CTCAE``, ``CIRSE``, ``SIR 2003``, ``SIR 2017``), ``phase`` (null: any),
        ``worst`` (null: not graded in this system), ``patients``, ``of``; by system, phase and
        severity. A complication whose phase is not known is in the lines of any phase alone.
    """
    own = complications.filter(pl.col("patient_id").is_in(list(ablated)))
    lines = []
    for system, column, order in _ORDERS:
        for phase in (None, *PHASES):
            some = own if phase is None else own.filter(procedure_phase=phase)
            worst = _worst_of(some, column, order)
            lines += [
                (system, phase, grade, worst.count(grade), len(set(ablated)))
                for grade in (*order, None)
                if grade in worst
            ]
    schema = {"system": pl.String, "phase": pl.String, "worst": pl.String,
              "patients": pl.Int64, "of": pl.Int64}  # fmt: skip
    return pl.DataFrame(lines, schema=schema, orient="row")


_ORDERS = (
    ("CTCAE", "grade", ("1", "2", "3", "4", "5")),
    ("CIRSE", "cirse_grade", ("1", "1a", "1b", "2", "3", "3a", "3b", "4", "5", "6")),
    ("SIR 2003", "sir_class", ("A", "B", "C", "D", "E", "F")),
    ("SIR 2017", "sir_severity", ("mild", "moderate", "severe", "life-threatening", "death")),
)


def _worst_of(some: pl.DataFrame, column: str, order: tuple[str, ...]) -> list[str | None]:
    """Return the worst grade of each patient in one system; none: graded in it nowhere."""
    worst: dict[str, str | None] = {}
    for patient, grade in some.select("patient_id", pl.col(column).cast(pl.String)).iter_rows():
        graded = [one for one in (worst.get(patient), grade) if one is not None]
        worst[patient] = max(graded, key=order.index, default=None)
    return list(worst.values())
