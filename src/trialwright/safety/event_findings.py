"""What the adverse events say that the study did not plan, or leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.dataset.event_checks import read_action, split_words
from trialwright.dataset.findings import Finding
from trialwright.safety.attribution import nearest_treatments, read_attribution
from trialwright.safety.course import (
    PROCEDURE,
    drug_names,
    gather_courses,
    procedure_name,
    treatment_names,
)
from trialwright.safety.special_interest import (
    IMMUNE,
    is_checkpoint_inhibitor,
    plain_term,
    read_groups,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Severity
    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

Row = dict[str, Any]
_IMMUNE_TREATMENTS = {"steroid", "hormone"}


def find_event_findings(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> tuple[Finding, ...]:
    """Return what only the study can tell of the adverse events; the data stay as they are.

    Parameters
    ----------
    dataset : Dataset
        What was observed; checks that need no study are in ``dataset.check_dataset``.
    study : Study
        Names the treatments.
    courses : mapping of str to TreatmentCourse, optional
        As ``course.gather_courses`` returns it, where it is at hand.

    Returns
    -------
    tuple of Finding
        By row: ``event.unknown_treatment`` (warning: a name that is no treatment of the study),
        ``event.related_contradicts`` (warning: "none" beside a treatment),
        ``event.immune_unmarked`` (note). Then ``event.term_spelling`` and ``event.term_classes``
        (warnings: a term written in two ways, or in two classes, is counted as two).
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    found = []
    for row in dataset.table("adverse_events").iter_rows(named=True):
        found += list(_find_names(row, study))
        found += list(_find_unmarked(row, courses.get(row["patient_id"])))
    found += list(_find_spellings(dataset.table("adverse_events")))
    return tuple(found)


def _find_spellings(events: pl.DataFrame) -> Iterator[Finding]:
    """Report terms that are counted apart: written in two ways, or in two classes."""
    first: dict[str, Row] = {}
    told: set[tuple[str, str | None]] = set()
    for row in events.drop_nulls("term").iter_rows(named=True):
        term, system = row["term"], row["body_system"]
        before = first.setdefault(plain_term(term), row)
        if (term, system) in told or (term, system) == (before["term"], before["body_system"]):
            continue
        told.add((term, system))
        if term != before["term"]:
            message = f"is also written {before['term']!r}; the two are counted apart"
            mend = "write the preferred term in one way"
            yield _finding(row, "event.term_spelling", message, mend, field="term")
        else:
            message = f"stands in {system or 'no class'} and in {before['body_system'] or 'none'}"
            mend = "give the term one class; until then the two are counted apart"
            yield _finding(row, "event.term_classes", message, mend, field="body_system")


def _find_names(row: Row, study: Study) -> Iterator[Finding]:
    """Report names in the attribution and the actions that are no treatment of the study."""
    attribution = read_attribution(row["related_to"], drug_names(study), procedure_name(study))
    for name in attribution.unknown:
        yield _unknown(row, "related_to", name, study)
    if attribution.contradicts:
        yield _finding(
            row,
            "event.related_contradicts",
            f"related_to {row['related_to']!r} holds none beside a treatment, which counts",
            "correct the attribution",
            field="related_to",
        )
    known = {name.casefold() for name in (*treatment_names(study), PROCEDURE)}
    for text in split_words(row["actions"]):
        name, action = read_action(text)
        if action is not None and name.casefold() not in known:
            yield _unknown(row, "actions", name, study)


def _unknown(row: Row, field: str, name: str, study: Study) -> Finding:
    treatments = treatment_names(study)
    near = nearest_treatments(name, treatments)
    hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(treatments)}"
    return _finding(
        row,
        "event.unknown_treatment",
        f"{field} names {name!r}, which is no treatment of the study; {hint}",
        "write the treatment as the study file names it",
        field=field,
    )


def _find_unmarked(row: Row, course: TreatmentCourse | None) -> Iterator[Finding]:
    """Report an event that looks immune-related and that nobody marked; nothing is decided."""
    words = {word.casefold() for word in split_words(row["treated_with"])} & _IMMUNE_TREATMENTS
    terms = read_groups()[IMMUNE].terms
    if row["immune_related"] or not words or plain_term(row["term"] or "") not in terms:
        return
    drugs = () if course is None else course.drugs
    given = [one.drug for one in drugs if is_checkpoint_inhibitor(one.drug)]
    if given:
        said = "is not marked" if row["immune_related"] is None else "is marked as not"
        yield _finding(
            row,
            "event.immune_unmarked",
            f"{row['term']} was treated with {' and '.join(sorted(words))} in a patient given "
            f"{' and '.join(given)}, and {said} immune-related",
            "ask the investigator whether it is immune-related",
            severity="note",
            field="immune_related",
        )


def _finding(
    row: Row, rule: str, message: str, mend: str, *, field: str, severity: Severity = "warning"
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=f"{row['term']}: {message}" if severity != "note" else message,
        mend=mend,
        table="adverse_events",
        row=row["source_row"],
        patient=row["patient_id"],
        field=field,
    )
