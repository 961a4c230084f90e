"""Patients counted by their worst event: by term and body system, and by what events did.

A patient counts once in each line, at the worst grade, and every line names those whom it counts:
``patients`` is the number of ``patient_ids``, ``severe`` that of ``severe_ids``, and
``patient_events`` says how many of the ``events`` each of ``patient_ids`` had. The functions take
the events that are to be counted, usually the treatment-emergent ones
(``events.select_emergent``), and the patients of the denominator.

Source: ICH E3, section 12.2.2 (display of adverse events); CTCAE grades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.harm_tables import DOSE_ACTIONS
from trialwright.safety.course import procedure_name, treatment_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trialwright.study.model import Study

SEVERE = 3  # grade 3 or higher
_GRADES = (1, 2, 3, 4, 5)
_COUNTS = ("patients", "severe", *(f"grade_{grade}" for grade in _GRADES), "ungraded", "events")
_WHO = ("patient_ids", "severe_ids", "patient_events")
_UNCODED = "not coded"  # an event without a body system, in the order of the table


def worst_by_term(events: pl.DataFrame) -> pl.DataFrame:
    """Return the worst event of each patient and preferred term.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``derive_events``.

    Returns
    -------
    polars.DataFrame
        One row a patient, body system and term, in the order of the events: ``patient_id``,
        ``body_system``, ``term``, ``worst_grade`` (null if none is graded), ``events``,
        ``first_onset`` (null if none is dated), ``serious``, ``fatal``.
    """
    return events.group_by("patient_id", "body_system", "term", maintain_order=True).agg(
        pl.col("grade").max().alias("worst_grade"),
        pl.len().cast(pl.Int64).alias("events"),
        pl.col("onset").min().alias("first_onset"),
        pl.col("serious").fill_null(value=False).any(),
        pl.col("fatal").any(),
    )


def count_patients(events: pl.DataFrame, patients: Collection[str]) -> pl.DataFrame:
    """Count patients by body system and preferred term.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``derive_events``.
    patients : collection of str
        The denominator; events of others are not counted.

    Returns
    -------
    polars.DataFrame
        A line for any event, and for each body system followed by its terms, the most frequent
        first: ``level`` (``any``, ``body system``, ``term``), ``body_system``, ``term``,
        ``patients``, ``severe`` (grade 3 or higher), ``grade_1`` to ``grade_5`` and ``ungraded``
        (patients at their worst grade), ``events``, ``of`` (patients of the denominator), and
        ``patient_ids``, ``severe_ids``, ``patient_events``: who is behind the counts.

    Examples
    --------
    >>> events = pl.DataFrame({"patient_id": ["1", "1", "2"], "body_system": ["Skin"] * 3,
    ...     "term": ["Rash"] * 3, "grade": [3, 1, 2]})
    >>> count_patients(events, ["1", "2", "3"]).select("level", "patients", "severe").rows()
    [('any', 2, 1), ('body system', 2, 1), ('term', 2, 1)]
    """
    own = events.filter(pl.col("patient_id").is_in(list(patients)))
    groups = {"any": [], "body system": ["body_system"], "term": ["body_system", "term"]}
    lines = [_count(own, by).with_columns(level=pl.lit(level)) for level, by in groups.items()]
    table = pl.concat(lines, how="diagonal").select("level", "body_system", "term", *_COUNTS, *_WHO)
    return _most_frequent_first(table).with_columns(of=pl.lit(len(set(patients)), pl.Int64))


def count_overview(events: pl.DataFrame, patients: Collection[str], study: Study) -> pl.DataFrame:
    """Count patients by what their events were attributed to, belonged to and led to.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``derive_events``.
    patients : collection of str
        The denominator; events of others are not counted.
    study : Study
        Names the treatments and the groups of special interest.

    Returns
    -------
    polars.DataFrame
        ``section`` (``all``, ``attribution``, ``special interest``, ``led to``), ``category``,
        ``treatment`` (null where it is about none), ``patients``, ``severe``, ``events``, ``of``,
        ``patient_ids``, ``severe_ids``, ``patient_events``.
        An event without an assessment of its cause is counted as ``not assessed``, in no other
        line of ``attribution``.
    """
    own = events.filter(pl.col("patient_id").is_in(list(patients)))
    shown = ("patients", "severe", "events")
    lines = [
        _count(own.filter(chosen), []).select(
            pl.lit(section).alias("section"),
            pl.lit(category).alias("category"),
            pl.lit(treatment, pl.String).alias("treatment"),
            *shown,
            pl.lit(len(set(patients)), pl.Int64).alias("of"),
            *_WHO,
        )
        for section, category, treatment, chosen in _categories(study)
    ]
    return pl.concat(lines)


def _categories(study: Study) -> Iterator[tuple[str, str, str | None, pl.Expr]]:
    yes, related = pl.lit(value=True), pl.col("related")
    yield "all", "any event", None, yes
    yield "all", "serious", None, pl.col("serious").fill_null(value=False)
    yield "all", "fatal", None, pl.col("fatal")
    treatments = treatment_names(study)
    for name in treatments:
        yield "attribution", f"related to {name}", name, related.list.contains(name)
    none = pl.col("assessed") & (related.list.len() == 0)
    yield "attribution", "related to none of them", None, none
    yield "attribution", "not assessed", None, ~pl.col("assessed")
    yield (
        "special interest",
        "marked immune-related",
        None,
        pl.col("immune_related").fill_null(value=False),
    )
    for group in study.safety.special_interest.require():
        yield "special interest", group, None, pl.col("special_interest").list.contains(group)
    for name in treatments:
        of_procedure = name == procedure_name(study)
        for action in ("delayed", "stopped") if of_procedure else DOSE_ACTIONS:
            if action != "unchanged":
                done = pl.col("led_to").list.contains(f"{name}: {action}")
                yield "led to", f"{name} {action}", name, done


def _count(events: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count patients at their worst grade, in each group; one line where there is no group."""
    worst = events.group_by("patient_id", *by, maintain_order=True).agg(
        pl.col("grade").max(), pl.len().cast(pl.Int64).alias("events")
    )
    grade, who = pl.col("grade"), pl.col("patient_id")
    named = [
        who.alias("patient_ids"),
        who.filter(grade >= SEVERE).alias("severe_ids"),
        pl.col("events").alias("patient_events"),
        *((grade == one).sum().alias(f"grade_{one}") for one in _GRADES),
        grade.is_null().sum().alias("ungraded"),
        pl.col("events").sum(),
    ]
    if by:
        found = worst.group_by(by, maintain_order=True).agg(named)
    else:
        found = worst.select(
            one.implode() if place < len(_WHO) else one for place, one in enumerate(named)
        )
    counted = found.with_columns(
        patients=pl.col("patient_ids").list.len(), severe=pl.col("severe_ids").list.len()
    )
    return counted.with_columns(pl.col(_COUNTS).cast(pl.Int64))


def _most_frequent_first(table: pl.DataFrame) -> pl.DataFrame:
    """Order body systems, and the terms in them, by how many patients had them, then by name."""
    system = pl.col("body_system").fill_null(_UNCODED)
    of_system = pl.col("patients").filter(pl.col("level") == "body system").max().over(system)
    return (
        table.with_columns(
            pl.when(pl.col("level") == "any").then(-1).otherwise(-of_system).alias("_system"),
            pl.col("level").replace_strict({"any": 0, "body system": 1, "term": 2}).alias("_level"),
            (pl.col("level") != "any").alias("_rest"),
            system.alias("_name"),
        )
        .sort("_rest", "_system", "_name", "_level", -pl.col("patients"), "term")
        .drop("_system", "_level", "_rest", "_name")
    )
