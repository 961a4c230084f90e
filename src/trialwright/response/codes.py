"""The categories of RECIST and the rules that assign them.

Integers, so that the same rule source can serve one patient and, compiled, millions.
"""

from __future__ import annotations

from enum import IntEnum


class Response(IntEnum):
    """Category of a target, non-target, time-point or best overall response."""

    NONE = 0  # no such lesions at baseline
    CR = 1
    PR = 2
    SD = 3
    NON_CR_NON_PD = 4
    PD = 5
    NE = 6

    @property
    def label(self) -> str:
        """The category as RECIST writes it."""
        return _LABELS[self]


_LABELS = {
    Response.NONE: "none at baseline",
    Response.CR: "CR",
    Response.PR: "PR",
    Response.SD: "SD",
    Response.NON_CR_NON_PD: "Non-CR/Non-PD",
    Response.PD: "PD",
    Response.NE: "NE",
}


def category(code: int) -> Response:
    """Return the category of a number from an array; ``NE`` is what no other number means.

    Arrays hold numbers, and compiled code cannot call :class:`Response`.
    """
    for known in (Response.NONE, Response.CR, Response.PR, Response.SD, Response.PD):
        if code == known:
            return known
    return Response.NON_CR_NON_PD if code == Response.NON_CR_NON_PD else Response.NE


class Rule(IntEnum):
    """The rule that made a call; ``id`` is its stable name in data and reports."""

    NO_TARGET = 0
    NO_BASELINE = 1
    TARGET_RELAPSE_AFTER_CR = 2
    TARGET_GROWTH = 3
    TARGET_GROWTH_PARTIAL_SUM = 4
    TARGET_COMPLETE = 5
    TARGET_MISSING = 6
    TARGET_SHRINKAGE = 7
    TARGET_PERSISTENT_PR = 8
    TARGET_STABLE = 9
    NO_NON_TARGET = 20
    NON_TARGET_PROGRESSION = 21
    NON_TARGET_RELAPSE_AFTER_CR = 22
    NON_TARGET_MISSING = 23
    NON_TARGET_COMPLETE = 24
    NON_TARGET_PERSISTS = 25
    LOCAL_PROGRESSION = 26
    NEW_LESION = 40
    OVERALL_TARGET_PROGRESSION = 41
    OVERALL_NON_TARGET_PROGRESSION = 42
    OVERALL_COMPLETE = 43
    OVERALL_COMPLETE_TARGETS_ONLY = 44
    OVERALL_PARTIAL = 45
    OVERALL_STABLE = 46
    OVERALL_NOT_EVALUABLE = 47
    OVERALL_NON_TARGET_ONLY = 48
    OVERALL_NO_DISEASE = 49
    BASELINE = 60

    @property
    def id(self) -> str:
        """Stable name, such as ``recist11.target_growth``."""
        return f"recist11.{self.name.lower()}"
