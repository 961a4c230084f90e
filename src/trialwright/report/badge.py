"""The badge of a response: its letters, with the class that colours it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.palette import css_class

if TYPE_CHECKING:
    from trialwright.response import Response


@dataclass(frozen=True, slots=True)
class Badge:
    """A response in letters, with the class that colours it."""

    label: str
    css: str

    @classmethod
    def of(cls, response: Response) -> Badge:
        """Make the badge of a response."""
        return cls(response.label, css_class(response))
