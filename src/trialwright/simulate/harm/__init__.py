"""The harm that study treatment does to a virtual patient: doses, adverse events, laboratory."""

from __future__ import annotations

from trialwright.simulate.harm.facts import (
    AdverseEvent,
    Dose,
    HarmFacts,
    HarmPurpose,
    HarmRecord,
    LaboratoryValue,
)
from trialwright.simulate.harm.record import draw_harm

__all__ = [
    "AdverseEvent",
    "Dose",
    "HarmFacts",
    "HarmPurpose",
    "HarmRecord",
    "LaboratoryValue",
    "draw_harm",
]
