"""Draw what study treatment costs one virtual patient: doses, adverse events, laboratory values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.simulate.harm.adverse_events import draw_events
from trialwright.simulate.harm.dosing import list_doses, start_courses
from trialwright.simulate.harm.facts import HarmRecord, never
from trialwright.simulate.harm.laboratory import draw_laboratory

if TYPE_CHECKING:
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario_harm import Harm


def draw_harm(harm: Harm, plan: TrialPlan, draws: Draws, facts: HarmFacts) -> HarmRecord:
    """Draw the doses, adverse events and laboratory values of one patient.

    Parameters
    ----------
    harm : Harm
        What the scenario assumes.
    plan : TrialPlan
        The protocol: its drugs, and the modality of its ablation.
    draws : Draws
        Names the patient.
    facts : HarmFacts
        The patient's course, in days from the first dose.

    Returns
    -------
    HarmRecord
        Days before ``facts.end_day`` and death only.

    Raises
    ------
    ValueError
        If the facts speak of an ablation that the plan does not have.

    Notes
    -----
    Events come first, in the order of time, and the doses follow them; a dose in its turn thins
    the events that come after it. Laboratory values follow both.

    Examples
    --------
    >>> from datetime import date
    >>> from math import inf
    >>> from trialwright.simulate.draws import Draws
    >>> from trialwright.simulate.harm import HarmFacts
    >>> from trialwright.simulate.plan import DrugPlan, TrialPlan
    >>> from trialwright.simulate.scenario_file import read_harm
    >>> drugs = (DrugPlan("Regorafenib", 80.0, 28, 21),)
    >>> plan = TrialPlan(1, 1.0, 8.0, 7, 24.0, date(2024, 1, 1), None, drugs, None)
    >>> facts = HarmFacts(60, 90, inf, 0.0, inf, inf, None, 42)
    >>> record = draw_harm(read_harm("_harm"), plan, Draws(2024, 0, 0), facts)
    >>> record.doses[0].first_day
    0
    """
    if not never(facts.ablation_day) and plan.ablation is None:
        msg = (
            f"the facts have an ablation on day {facts.ablation_day}, and the plan has none; "
            "give the plan one, or facts without"
        )
        raise ValueError(msg)
    courses = start_courses(harm, plan, facts)
    events = draw_events(harm, plan, draws, facts=facts, courses=courses)
    laboratory = draw_laboratory(harm, plan, draws, facts=facts, events=events)
    until = min(facts.treatment_end_day, facts.last_known)
    rows = sorted((event.row for event in events), key=lambda row: (row.start_day, row.term))
    return HarmRecord(list_doses(courses, until), tuple(rows), laboratory)
