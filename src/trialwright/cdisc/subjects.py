"""DM and DS: the patients, their deaths, enrolment and ends of treatment or study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import (
    CONSENT,
    DISPOSITION_REASONS,
    DISPOSITION_SCOPES,
    ENROLMENT,
    OTHER_REASON,
    SEXES,
)
from trialwright.cdisc.dates import full_date, known_part, partial_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_MEND_DATE = "write the full date"
IN_PART = "is part of a date; it is kept, and the study says how it is completed"


def make_patients(subjects: Domain, milestones: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Make the table ``patients`` of DM.

    First treatment: RFXSTDTC (first exposure); where the file lacks it, RFSTDTC. Last date known
    to be alive: RFPENDTC (end of participation, the last contact) of a patient without a death.

    Parameters
    ----------
    subjects : Domain
        DM.
    milestones : polars.DataFrame
        ``USUBJID``, ``enrolled`` and ``consented``, from DS.
    ledger : Ledger
        Takes the findings.
    """
    frame = subjects.frame
    exposure = "RFXSTDTC" if frame["RFXSTDTC"].is_not_null().any() else "RFSTDTC"
    dated = frame.filter(pl.col(exposure).is_not_null())
    why = f"the first treatment is {exposure}, where no dose of a drug says otherwise"
    ledger.say(subjects, dated, "sdtm.first_treatment", why, "nothing to do")
    contact = frame.filter(pl.col("RFPENDTC").is_not_null())
    why = "RFPENDTC, the end of participation, is the last date known to be alive"
    ledger.say(subjects, contact, "sdtm.last_alive", why, "check it against the last contacts")
    for name in (exposure, "RFICDTC", "RFPENDTC"):
        odd = frame.filter(pl.col(name).is_not_null(), full_date(name).is_null())
        why = f"{name} {{{name}}} is no full date and is left blank"
        ledger.say_each(subjects, odd, "sdtm.date_unreadable", why, _MEND_DATE)
    ledger.use(subjects, frame, "patients")
    sex = pl.col("SEX").str.to_uppercase()
    alive = pl.col("DTHDTC").is_null() & (pl.col("DTHFL").fill_null("N") != "Y")
    return frame.join(milestones, on="USUBJID", how="left", maintain_order="left").select(
        pl.col("USUBJID").alias("patient_id"),
        pl.col("SITEID").alias("site"),
        pl.col("ARM").alias("arm"),
        sex.replace_strict(SEXES, default=None, return_dtype=pl.String).alias("sex"),
        partial_date("BRTHDTC").alias("birth_date"),
        pl.coalesce(full_date("RFICDTC"), "consented").alias("consent_date"),
        pl.col("enrolled").alias("enrolment_date"),
        full_date(exposure).alias("first_treatment_date"),
        pl.when(alive).then(full_date("RFPENDTC")).alias("last_alive_date"),
        pl.col("row").alias("source_row"),
    )


def patients_without_demographics(domains: Sequence[Domain], ledger: Ledger) -> pl.DataFrame:
    """Name the patients that the other domains hold, where there is no DM."""
    names = pl.concat([domain.frame.select("USUBJID") for domain in domains]).unique()
    domain = domains[0]
    why = "there is no DM, so no first treatment, death or last contact is known"
    ledger.note("sdtm.no_demographics", why, "add DM", domain.file)
    return names.sort("USUBJID").select(pl.col("USUBJID").alias("patient_id"))


def make_deaths(subjects: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the table ``deaths`` of DM; what is known of a date in part is kept beside it."""
    dead = subjects.frame.filter((pl.col("DTHFL") == "Y") | pl.col("DTHDTC").is_not_null())
    dead = dead.with_columns(known_part(dead, "DTHDTC").alias("known"))
    in_part, text = pl.col("known").is_not_null(), pl.col("DTHDTC")
    why = f"died: DTHDTC {{DTHDTC}} {IN_PART}"
    ledger.say_each(subjects, dead.filter(in_part), "sdtm.date_in_part", why, _MEND_DATE)
    unread = dead.filter(text.is_not_null() & ~in_part & full_date("DTHDTC").is_null())
    why = "died, but DTHDTC {DTHDTC} is no date, so the day of the death is not known"
    ledger.say_each(subjects, unread, "sdtm.date_unreadable", why, _MEND_DATE)
    return dead.select(
        pl.col("USUBJID").alias("patient_id"),
        full_date("DTHDTC").alias("death_date"),
        pl.col("known").alias("death_date_partial"),
        pl.col("row").alias("source_row"),
    )


def read_dispositions(
    events: Domain | None, ledger: Ledger
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Read DS: the milestones of each patient, and the table ``dispositions``.

    A disposition says what ended only by its subcategory (DSSCAT); without one it is left out.
    """
    none = {"USUBJID": pl.String, "enrolled": pl.Date, "consented": pl.Date}
    if events is None:
        return pl.DataFrame(schema=none), None
    frame = events.frame.with_columns(
        known_part(events.frame, "DSSTDTC").alias("known"),
        pl.col("DSDECOD").str.to_uppercase().alias("event"),
        full_date("DSSTDTC").alias("date"),
        pl.col("DSSCAT")
        .str.to_uppercase()
        .replace_strict(DISPOSITION_SCOPES, default=None, return_dtype=pl.String)
        .alias("scope"),
    )
    is_milestone = pl.col("event").is_in((*ENROLMENT, *CONSENT)).fill_null(value=False)
    is_end = (pl.col("DSCAT").str.to_uppercase() == "DISPOSITION EVENT").fill_null(value=False)
    wanted = is_milestone | (is_end & pl.col("scope").is_not_null())
    unread = frame.filter(~wanted)
    why = "no enrolment or consent, and no end whose subcategory (DSSCAT) says what ended"
    ledger.leave_out(events, unread, "sdtm.disposition_unread", why, "write DSSCAT, if it is known")
    # A milestone needs the whole day; what is known of an end is kept.
    in_part = ~is_milestone & pl.col("date").is_null() & pl.col("known").is_not_null()
    placed = pl.col("date").is_not_null() | in_part
    why = "{DSDECOD}: DSSTDTC {DSSTDTC} is no full date, so it is left out"
    undated = frame.filter(wanted & ~placed)
    ledger.leave_out_each(events, undated, "sdtm.date_unreadable", why, _MEND_DATE)
    why = f"{{DSDECOD}}: DSSTDTC {{DSSTDTC}} {IN_PART}"
    known = frame.filter(wanted & in_part)
    ledger.say_each(events, known, "sdtm.date_in_part", why, _MEND_DATE)
    used = frame.filter(wanted & placed)
    ledger.use(events, used.filter(is_milestone), "patients")
    ends = used.filter(~is_milestone)
    ledger.use(events, ends, "dispositions")
    return _milestones(used), _dispositions(ends) if not ends.is_empty() else None


def _milestones(used: pl.DataFrame) -> pl.DataFrame:
    first = [
        pl.col("date").filter(pl.col("event").is_in(words)).min().alias(name)
        for name, words in (("enrolled", ENROLMENT), ("consented", CONSENT))
    ]
    return used.group_by("USUBJID").agg(first)


def _dispositions(ends: pl.DataFrame) -> pl.DataFrame:
    return ends.select(
        pl.col("USUBJID").alias("patient_id"),
        "scope",
        pl.col("date").alias("end_date"),
        pl.col("known").alias("end_date_partial"),
        pl.coalesce("DSDECOD", "DSTERM").alias("reason"),
        pl.when(pl.col("event").is_not_null())
        .then(
            pl.col("event").replace_strict(
                DISPOSITION_REASONS, default=OTHER_REASON, return_dtype=pl.String
            )
        )
        .alias("reason_category"),
        pl.col("row").alias("source_row"),
    )
