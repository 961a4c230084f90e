"""What the end of treatment or of the study means: completed, discontinued, or no end of either.

Source: ADaM Implementation Guide 1.3, table 3.2.5 (EOSSTT, EOTSTT and the reasons beside them);
CDISC terminology for DSDECOD, and the words of our own data sets for a planned end.
"""

from __future__ import annotations

import polars as pl

ONGOING, COMPLETED, DISCONTINUED = "ONGOING", "COMPLETED", "DISCONTINUED"
DEATH = "DEATH"
# Reasons, in capitals, that say that all was done as planned.
_PLANNED_ENDS = (
    "COMPLETED",
    "PROTOCOL COMPLETED",
    "PLANNED END",
    "PLANNED END OF TREATMENT",
    "END OF FOLLOW-UP",
    "END OF STUDY",
)
_NO_START = ("SCREEN FAILURE",)


def end_status(reason: pl.Expr) -> pl.Expr:
    """Return the status that the reason of an end stands for; blank of a screen failure.

    Parameters
    ----------
    reason : polars.Expr
        The reasons; a blank one has no status here.
    """
    words = reason.str.to_uppercase().str.strip_chars()
    return (
        pl.when(words.is_in(_NO_START))
        .then(None)
        .when(words.is_in(_PLANNED_ENDS))
        .then(pl.lit(COMPLETED))
        .when(words.is_not_null())
        .then(pl.lit(DISCONTINUED))
    )


def status_without_end(died: pl.Expr) -> pl.Expr:
    """Return the status where nobody reported an end: ongoing, unless the patient has died.

    Parameters
    ----------
    died : polars.Expr
        Whether the patient has died, never blank.
    """
    return pl.when(died).then(pl.lit(DISCONTINUED)).otherwise(pl.lit(ONGOING))
