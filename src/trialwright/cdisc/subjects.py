"""DM and DS: the patients, their deaths, enrolment and ends of treatment or study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import CONSENT, DISPOSITION_SCOPES, ENROLMENT, SEXES
from trialwright.cdisc.dates import full_date, partial_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_MEND_DATE = "write the full date"


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
    """Make the table ``deaths`` of DM; a death without a full date is an error."""
    dead = subjects.frame.filter((pl.col("DTHFL") == "Y") | pl.col("DTHDTC").is_not_null())
    dated = full_date("DTHDTC")
    why = "died, but DTHDTC {DTHDTC} is no full date, so the death is left out"
    ledger.say_each(subjects, dead.filter(dated.is_null()), "sdtm.death_undated", why, _MEND_DATE)
    return dead.filter(dated.is_not_null()).select(
        pl.col("USUBJID").alias("patient_id"),
        dated.alias("death_date"),
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
        pl.col("DSDECOD").str.to_uppercase().alias("event"),
        full_date("DSSTDTC").alias("date"),
        pl.col("DSSCAT")
        .str.to_uppercase()
        .replace_strict(DISPOSITION_SCOPES, default=None, return_dtype=pl.String)
        .alias("scope"),
    )
    is_milestone = pl.col("event").is_in((*ENROLMENT, *CONSENT))
    is_end = (pl.col("DSCAT").str.to_uppercase() == "DISPOSITION EVENT").fill_null(value=False)
    wanted = is_milestone | (is_end & pl.col("scope").is_not_null())
    unread = frame.filter(~wanted)
    why = "no enrolment or consent, and no end whose subcategory (DSSCAT) says what ended"
    ledger.leave_out(events, unread, "sdtm.disposition_unread", why, "write DSSCAT, if it is known")
    undated = frame.filter(wanted & pl.col("date").is_null())
    why = "{DSDECOD}: DSSTDTC {DSSTDTC} is no full date, so it is left out"
    ledger.leave_out_each(events, undated, "sdtm.date_unreadable", why, _MEND_DATE)
    used = frame.filter(wanted & pl.col("date").is_not_null())
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
        pl.coalesce("DSDECOD", "DSTERM").alias("reason"),
        pl.col("row").alias("source_row"),
    )
