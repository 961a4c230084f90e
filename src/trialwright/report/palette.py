"""Colours of the responses: told apart by colour-blind readers, never the only cue.

After Okabe & Ito 2008, darkened where text stands on them. Every figure and table prints the
response's letters too, and progression is hatched in bars.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.response import ImmuneResponseCode, Response


@dataclass(frozen=True, slots=True)
class Shade:
    """How one response is drawn: fill, text upon it, a line (colour, dashes), a bar's hatch."""

    fill: str
    text: str
    line: str
    dashes: tuple[float, ...] = ()
    hatch: str = ""


SHADES: dict[Response, Shade] = {
    Response.CR: Shade("#0b4f8a", "#ffffff", "#0b4f8a"),
    Response.PR: Shade("#17795e", "#ffffff", "#17795e"),
    Response.SD: Shade("#ecd06f", "#1d2733", "#a8850c", (5, 1.5)),
    Response.NON_CR_NON_PD: Shade("#c9b8d8", "#1d2733", "#7d5f97", (3, 1)),
    Response.PD: Shade("#b8430a", "#ffffff", "#b8430a", (4, 1.2, 1, 1.2), "////"),
    Response.NE: Shade("#dfe3e8", "#1d2733", "#6f7b87", (1, 1.5), "...."),
    Response.NONE: Shade("#f4f5f7", "#1d2733", "#56626f"),
}

# A progression by iRECIST that waits for confirmation: paler than a confirmed one.
UNCONFIRMED = Shade("#f3c4a8", "#1d2733", "#b8430a", (4, 1.2, 1, 1.2))

INK = "#1d2733"
GREY = "#5b6875"
FAINT = "#c7ced6"
CURVE = "#0b4f8a"
BAND = "#cfdfee"


def css_class(response: Response) -> str:
    """Return the class of a response in the style sheet: ``call-non-cr-non-pd``."""
    return f"call-{response.name.lower().replace('_', '-')}"


UNCONFIRMED_CLASS = "call-iupd"
# The tone of a cell that is a response, and its class.
TONE_CLASSES = {response.label: css_class(response) for response in Response}


def immune_css_class(response: ImmuneResponseCode) -> str:
    """Return the class of a response by iRECIST; it is coloured like its fellow of RECIST 1.1.

    A confirmed progression is coloured as progression; one that waits for confirmation is
    paler.
    """
    if response == ImmuneResponseCode.IUPD:
        return UNCONFIRMED_CLASS
    if response == ImmuneResponseCode.ICPD:
        return css_class(Response.PD)
    return css_class(Response(response))
