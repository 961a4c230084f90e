"""What a protocol and a grant application say of a design: paragraphs with every number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """A design in words that can stand in a protocol.

    Parameters
    ----------
    protocol : str
        A paragraph for the protocol: hypotheses, error rates, sizes, bounds, and what the design
        does, every number in it.
    grant : str
        The same for the sample-size box of a grant application, in at most three sentences.
    references : tuple of str
        What the paragraphs rest on, one citation each.
    headings : (str, str)
        Above the two texts.
    """

    protocol: str
    grant: str
    references: tuple[str, ...]
    headings: tuple[str, str] = ("For the protocol", "For a grant application")

    def __str__(self) -> str:
        """Write both texts and the references, as ``--protocol-text`` prints them."""
        long, short = self.headings
        parts = [long, "", self.protocol, "", short, "", self.grant, "", "References", ""]
        return "\n".join([*parts, *(f"{i}. {text}" for i, text in enumerate(self.references, 1))])


def say_rate(rate: float) -> str:
    """Write a rate that somebody chose, with the digits that it has: ``12.5 %``."""
    return f"{100 * rate:.6g} %"


def say_enrolled(patients: int, *, more: bool = False) -> str:
    """Write how many are enrolled: ``10 patients are enrolled``, ``1 more patient is enrolled``."""
    added = " more" if more else ""
    if patients == 1:
        return f"1{added} patient is enrolled"
    return f"{patients}{added} patients are enrolled"
