"""Dose advice for one patient on one day: what the protocol's rules ask for, and why.

It is decision support: every advice ends with the words that a physician decides and signs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from trialwright.errors import DataError
from trialwright.safety.course import PROCEDURE, gather_courses, procedure_name
from trialwright.safety.dosing.choice import choose_action, sort_demands
from trialwright.safety.dosing.demands import dose_ladder, make_demand
from trialwright.safety.dosing.facts import gather_facts
from trialwright.safety.dosing.rules import read_dose_rules
from trialwright.safety.dosing.triggers import read_rules
from trialwright.safety.dosing.words import SIGNED, headline, list_looked_at
from trialwright.safety.laboratory import grade_laboratory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.dosing.demands import Demand
    from trialwright.safety.dosing.facts import PatientFacts
    from trialwright.safety.dosing.rules import DoseRuleSet
    from trialwright.study.dose_rules_section import DoseAction
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment

AdvisedAction = Literal["resume", "died", "ended", "not started", "no rules"]


@dataclass(frozen=True, slots=True)
class DoseAdvice:
    """What is asked of one drug in one patient on one day.

    Parameters
    ----------
    patient_id, drug : str
        Whom and what it is about, as the study names the drug.
    on : date
        The day; what is dated later was not known.
    rule_set : str or None
        The set that was read; none: the study names none for the drug.
    rules_from : str
        Its title and source.
    present_dose_mg : float or None
        The dose last given; none: not yet given.
    held_since : date or None
        Since when the drug has been left out, by its last row; none: it has not.
    action : str
        ``continue``, ``reduce``, ``hold``, ``hold and reduce``, ``stop``; ``resume``: the drug is
        held and no rule holds it any more; ``died``: the patient has, and nothing is advised;
        ``ended``: the drug or the patient's study has ended; ``not started``; ``no rules``.
    next_dose_mg : float or None
        The dose to give, or to give on return; none: no dose.
    resume_from : date or None
        The day from which it may be given again, where it is known.
    sentence : str
        All of that in words.
    rules : tuple of Demand
        The rules that bear on the day, the most severe first.
    earlier : tuple of Demand
        Rules that fitted before and ask for nothing more.
    untold : tuple of Demand
        Rules that cannot be told, with what is missing.
    looked_at : tuple of str
        Events that go on or are hardly over, and the last values.
    conditions : tuple of str
        What must be true before the drug is given again.
    monitoring : tuple of str
        What to watch.
    """

    patient_id: str
    drug: str
    on: date
    rule_set: str | None
    rules_from: str
    present_dose_mg: float | None
    held_since: date | None
    action: DoseAction | AdvisedAction
    next_dose_mg: float | None
    resume_from: date | None
    sentence: str
    rules: tuple[Demand, ...] = ()
    earlier: tuple[Demand, ...] = ()
    untold: tuple[Demand, ...] = ()
    looked_at: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()


def advise_doses(
    dataset: Dataset,
    study: Study,
    patient_id: str,
    on: date | None = None,
    graded: pl.DataFrame | None = None,
) -> tuple[DoseAdvice, ...]:
    """Advise on each drug of the study for one patient.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Doses, levels and rule sets of its drugs (``treatments``, ``dose_rules``), and for how long
        an ablation explains a rise (``safety.ablation_rise_days``).
    patient_id : str
        The patient.
    on : date, optional
        The day; the patient's last contact if not given. What is dated later is not known.
    graded : polars.DataFrame, optional
        As ``laboratory.grade_laboratory`` returns it, where it is at hand.

    Returns
    -------
    tuple of DoseAdvice
        One for each drug, in the order of the study.

    Raises
    ------
    DataError
        If the data hold no such patient, or no day of the patient.
    StudyError
        If a field that is needed is open, or a drug names a set that does not exist.

    Notes
    -----
    Source: the rule sets, each rule with its own; choices: ``docs/decisions/023``.

    Examples
    --------
    >>> from datetime import date
    >>> import polars as pl
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> doses = pl.DataFrame({"patient_id": ["014"], "drug": ["Regorafenib"], "dose_mg": [80.0],
    ...     "start_date": [date(2026, 3, 2)], "end_date": [date(2026, 3, 22)]})
    >>> events = pl.DataFrame({"patient_id": ["014"], "term": ["Hypertension"], "grade": [3],
    ...     "start_date": ["2026-03-20"], "related_to": ["Regorafenib"]})
    >>> data = Dataset.create({"doses": doses, "adverse_events": events}, source="made in code")
    >>> study = read_study("examples/crclm/study.toml")
    >>> advice, _ = advise_doses(data, study, "014", date(2026, 3, 21))
    >>> advice.action, advice.next_dose_mg
    ('hold and reduce', 40.0)
    """
    own = _of_patient(dataset, patient_id)
    courses = gather_courses(own, study)
    if patient_id not in courses:
        msg = f"no patient {patient_id!r} in the data"
        raise DataError(msg)
    course = courses[patient_id]
    day = on or course.last_known
    if day is None:
        msg = f"patient {patient_id}: no day of contact is on file; name the day to advise on"
        raise DataError(msg)
    if graded is None:
        graded = grade_laboratory(own, study, courses)
    of_patient = graded.filter(patient_id=patient_id)
    (facts,) = gather_facts(own, study, courses, of_patient, {patient_id: day})
    return tuple(advise(facts, drug, study) for drug in study.treatments)


def _of_patient(dataset: Dataset, patient_id: str) -> Dataset:
    frames = {name: frame.filter(patient_id=patient_id) for name, frame in dataset.frames.items()}
    return replace(dataset, frames=frames)


def advise(facts: PatientFacts, treatment: Treatment, study: Study) -> DoseAdvice:
    """Advise on one drug of one patient.

    Parameters
    ----------
    facts : PatientFacts
        The patient, as known on one day.
    treatment : Treatment
        The drug, with its doses, levels and rule set.
    study : Study
        Holds the rule sets of the team's own, and what it says of the ablation.

    Raises
    ------
    StudyError
        If a field that is needed is open, or the drug names a set that does not exist.
    """
    drug = treatment.name.require()
    death = facts.course.death
    if death is not None and death <= facts.on:
        blank = replace(_before_rules(facts, drug, None), action="died", next_dose_mg=None)
        return _say(replace(blank, looked_at=()), f"the patient died on {death}")
    rule_set = read_dose_rules(treatment.dose_rules.require(), study)
    blank = _before_rules(facts, drug, rule_set)
    level = blank.present_dose_mg
    if rule_set is None:
        return _say(blank, "the study names no dose rules for it")
    ladder = dose_ladder(treatment)
    readings = read_rules(facts, rule_set, drug)
    demands = [make_demand(reading, facts, ladder, drug) for reading in readings]
    parts = sort_demands(demands, facts, drug)
    told = replace(
        blank,
        rules=parts.bearing,
        earlier=parts.earlier,
        untold=parts.untold,
        monitoring=_monitoring(parts.bearing, rule_set),
    )
    over = _why_over(facts, drug)
    if over:
        return _say(replace(told, action="ended", next_dose_mg=None), over)
    if level is None:
        planned = f"no dose is on file; {treatment.dose_mg.require():g} mg a dose are planned"
        return _say(replace(told, action="not started", next_dose_mg=None), planned)
    chosen = choose_action(told, parts, facts, level)
    if chosen.action == "resume":
        chosen = _with_reason(chosen, facts, study)
    return _say(chosen)


def _before_rules(facts: PatientFacts, drug: str, rule_set: DoseRuleSet | None) -> DoseAdvice:
    """Return what is known of a drug before its rules are read."""
    level, rows = facts.level_on(drug, facts.on), facts.doses_of(drug)
    return DoseAdvice(
        facts.patient_id,
        drug,
        facts.on,
        None if rule_set is None else rule_set.name,
        "" if rule_set is None else f"{rule_set.title}: {rule_set.source}",
        level,
        _held_since(facts, drug) if rows and rows[-1].dose_mg == 0 else None,
        "no rules",
        level,
        None,
        "",
        looked_at=list_looked_at(facts, rule_set),
    )


def _held_since(facts: PatientFacts, drug: str) -> date:
    """Return the first day of the rows of 0 mg that the drug's rows end with."""
    left_out = [row.start for row in facts.doses_of(drug) if row.dose_mg == 0]
    given = [row.start for row in facts.doses_of(drug) if row.dose_mg > 0]
    return min(day for day in left_out if not given or day > given[-1])


def _why_over(facts: PatientFacts, drug: str) -> str:
    """Say why nothing is given any more; empty while the drug goes on."""
    end = facts.ends.get(drug)
    if end is None:
        return ""
    what = {"drug": "the drug", "treatment": "study treatment", "study": "the study"}[end.scope]
    return f"{what} ended on {end.date} ({end.reason})"


def _with_reason(told: DoseAdvice, facts: PatientFacts, study: Study) -> DoseAdvice:
    """Say why a drug is left out; around an ablation the words of the study count."""
    reason = facts.doses_of(told.drug)[-1].reason
    words = f"on file: {reason}" if reason else "none is on file"
    said = [*told.conditions, f"the reason for leaving it out no longer holds ({words})"]
    if study.ablation is not None and names_procedure(reason, study):
        said.append(f"the study says of the ablation: {study.ablation.drug_hold.require()}")
    return replace(told, conditions=tuple(said))


def names_procedure(reason: str | None, study: Study) -> bool:
    """Tell whether the reason of a dose row names the ablation of the study."""
    names = [name for name in (procedure_name(study), PROCEDURE) if name is not None]
    return any(name.casefold() in (reason or "").casefold() for name in names)


def _monitoring(bearing: Sequence[Demand], rule_set: DoseRuleSet) -> tuple[str, ...]:
    own = [one.reading.rule.monitoring for one in bearing]
    return tuple(dict.fromkeys(words for words in (*own, rule_set.monitoring) if words))


def _say(advice: DoseAdvice, why: str = "") -> DoseAdvice:
    return replace(advice, sentence=f"{headline(advice, why)} {SIGNED}")
