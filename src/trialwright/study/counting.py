"""How times and rates are counted: the choices of a study, the presets, and a team's own.

A counting is a composition of fields: what is an event, at which date, what censors, at which
assessment, and after how many missed ones. The example tables of regulators are such
compositions too, kept as data (``countings.toml``); no rule below knows their names.
"""

from __future__ import annotations

import functools
import re
import tomllib
from difflib import get_close_matches
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from trialwright.errors import StudyError
from trialwright.study.section import Missed, Section
from trialwright.study.stated import Stated

if TYPE_CHECKING:
    from trialwright.study.model import Study

# Source of the words: ICH E9(R1), section A.3.2.
Strategy = Literal["treatment_policy", "hypothetical", "composite"]
ProgressionDate = Literal["documented", "scheduled_visit"]
LastAssessment = Literal["adequate", "measured", "any"]
MissedBy = Literal["days", "planned_visits"]
NoBaseline = Literal["censor", "follow"]
AfterHorizon = Literal["count", "censor"]

_NAME = r"[a-z][a-z0-9_]*"
OF_THE_STUDY = "study"  # the name of the counting that the section [times] describes


class Times(Section):
    """How times to progression or death are counted: events, dates and censoring."""

    progression_date: Stated[ProgressionDate] = Field(
        description="Date of a progression. documented: the first scan that shows it; "
        "scheduled_visit: the planned day of the visit it belongs to, between two visits that of "
        "the next one, and never after the death."
    )
    last_assessment: Stated[LastAssessment] = Field(
        description="Which assessment a time without an event is censored at. adequate: the last "
        "that could be evaluated; measured: the last on which all target lesions were measured; "
        "any: the last one, evaluable or not."
    )
    missed_before_progression: Stated[Missed] = Field(
        description="A progression after more than this many missed assessments in a row is "
        "censored at that last assessment; -1 counts every progression."
    )
    missed_before_death: Stated[Missed] = Field(
        description="The same for a death without progression; -1 counts every death."
    )
    missed_counted_by: Stated[MissedBy] = Field(
        description="How missed assessments are counted from the planned calendar. days: the next "
        "planned intervals, with one window for an early and one for a late scan, have passed; "
        "planned_visits: the windows of the planned visits between have passed."
    )
    no_baseline: Stated[NoBaseline] = Field(
        description="A patient without an evaluable baseline, whose progression cannot be read: "
        "is censored at the start, or followed for death like the others."
    )
    after_horizon: Stated[AfterHorizon] = Field(
        description="What happens after schedule.horizon_months counts, or the time is censored "
        "there."
    )
    clinical_progression: Stated[Strategy] = Field(
        description="Treatment stopped for progression that no scan had documented. "
        "treatment_policy: follow the patient further; hypothetical: unless a later scan documents "
        "it, censor at the last assessment before; composite: an event on that day."
    )
    new_anticancer_therapy: Stated[Strategy] = Field(
        description="A new anticancer treatment before the event (the same three strategies)."
    )
    unplanned_local_therapy: Stated[Strategy] = Field(
        description="A local treatment outside the protocol before the event (the same three)."
    )
    treatment_discontinuation: Stated[Strategy] = Field(
        description="Study treatment stopped before the event, for toxicity or another reason "
        "than progression, death or completion (the same three)."
    )


class Rates(Section):
    """How patients who responded are counted."""

    new_anticancer_therapy: Stated[Literal["treatment_policy", "composite"]] = Field(
        description="A new anticancer treatment before the response. composite: no response "
        "counts after it; treatment_policy: every response before progression counts."
    )
    treatment_discontinuation: Stated[Literal["treatment_policy", "while_on_treatment"]] = Field(
        description="Study treatment stopped before the response. treatment_policy: later scans "
        "count; while_on_treatment: only scans up to that day do."
    )
    ablation_not_performed: Stated[Literal["treatment_policy", "composite"]] = Field(
        description="A treated patient whose planned ablation was not done: counts like the "
        "others, or as one who has not responded."
    )


class OwnCounting(Section):
    """A further way of counting times, beside the study's own and the presets."""

    name: str = Field(description="Short name, such as sap_5_3.")
    title: str = Field(description="What it is, for tables.")
    basis: str = Field(description="Why it is looked at: a paragraph of the analysis plan.")
    based_on: str = Field(
        default=OF_THE_STUDY,
        description="Where every field that is not given here comes from: study, or a preset.",
    )
    progression_date: ProgressionDate | None = None
    last_assessment: LastAssessment | None = None
    missed_before_progression: Missed | None = None
    missed_before_death: Missed | None = None
    missed_counted_by: MissedBy | None = None
    no_baseline: NoBaseline | None = None
    after_horizon: AfterHorizon | None = None
    clinical_progression: Strategy | None = None
    new_anticancer_therapy: Strategy | None = None
    unplanned_local_therapy: Strategy | None = None
    treatment_discontinuation: Strategy | None = None

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if re.fullmatch(_NAME, name) is None:
            msg = "write small letters, digits and _, a letter first, such as sap_5_3"
            raise ValueError(msg)
        return name

    @field_validator("title", "basis")
    @classmethod
    def _check_words(cls, words: str) -> str:
        if not words.strip():
            msg = "write it in words; tables and reports print it"
            raise ValueError(msg)
        return words


class Counting(BaseModel):
    """One way of counting times, every field of it settled, with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    source: str
    progression_date: ProgressionDate
    last_assessment: LastAssessment
    missed_before_progression: Missed
    missed_before_death: Missed
    missed_counted_by: MissedBy
    no_baseline: NoBaseline
    after_horizon: AfterHorizon
    clinical_progression: Strategy
    new_anticancer_therapy: Strategy
    unplanned_local_therapy: Strategy
    treatment_discontinuation: Strategy


FIELDS = tuple(Times.model_fields)


@functools.cache
def preset_countings() -> dict[str, Counting]:
    """Return the presets by name: FDA's example tables, EMA, the record's words, admiral."""
    text = files("trialwright.study").joinpath("countings.toml").read_text(encoding="utf-8")
    return {
        name: Counting.model_validate({"name": name, **entry})
        for name, entry in tomllib.loads(text).items()
    }


def study_counting(study: Study) -> Counting:
    """Return the study's own way of counting times; raise ``StudyError`` at an open field."""
    values = {name: getattr(study.times, name).require() for name in FIELDS}
    return Counting(
        name=OF_THE_STUDY, title="as the study file says", source="section [times]", **values
    )


def countings_of(study: Study) -> dict[str, Counting]:
    """Return every way of counting times by name: the study's, the presets, the team's own.

    Parameters
    ----------
    study : Study
        The study file.

    Raises
    ------
    StudyError
        If a field of ``[times]`` is open, or a counting of the team has a name that is taken or
        is based on one that does not exist.
    """
    known = {OF_THE_STUDY: study_counting(study), **preset_countings()}
    for own in study.countings:
        if own.name in known:
            msg = f"countings: the name {own.name} is taken; give the counting another"
            raise StudyError(msg)
        based_on = _find(own.based_on, known, f"countings: {own.name} is based on ")
        known[own.name] = Counting.model_validate(based_on.model_dump() | _given(own))
    return known


def choose_counting(study: Study, name: str) -> Counting:
    """Return one way of counting times; raise ``StudyError`` with the near miss if unknown."""
    return _find(name, countings_of(study))


def _given(own: OwnCounting) -> dict[str, Any]:
    given = {name: value for name in FIELDS if (value := getattr(own, name)) is not None}
    return {"name": own.name, "title": own.title, "source": own.basis, **given}


def _find(name: str, known: dict[str, Counting], where: str = "") -> Counting:
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(known)}"
    which, rest = (", which", "; one that is declared before may be named") if where else ("", "")
    msg = f"{where}{name!r}{which} is no way of counting times; {hint}{rest}"
    raise StudyError(msg)
