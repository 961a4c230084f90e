"""Colours of the responses: told apart by colour-blind readers, never the only cue.

After Okabe & Ito 2008, darkened where text stands on them. Every figure and table prints the
response's letters too, and progression is hatched in bars.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.response import Response


@dataclass(frozen=True, slots=True)
class Shade:
    """How one response is drawn: fill, text upon it, and the hatch of a bar."""

    fill: str
    text: str
    hatch: str = ""


SHADES: dict[Response, Shade] = {
    Response.CR: Shade("#0b4f8a", "#ffffff"),
    Response.PR: Shade("#17795e", "#ffffff"),
    Response.SD: Shade("#ecd06f", "#1d2733"),
    Response.NON_CR_NON_PD: Shade("#c9b8d8", "#1d2733"),
    Response.PD: Shade("#b8430a", "#ffffff", "////"),
    Response.NE: Shade("#dfe3e8", "#1d2733", "...."),
    Response.NONE: Shade("#f4f5f7", "#1d2733"),
}

INK = "#1d2733"
GREY = "#5b6875"
FAINT = "#c7ced6"
CURVE = "#0b4f8a"
BAND = "#cfdfee"


def css_class(response: Response) -> str:
    """Return the class of a response in the style sheet: ``call-non-cr-non-pd``."""
    return f"call-{response.name.lower().replace('_', '-')}"
