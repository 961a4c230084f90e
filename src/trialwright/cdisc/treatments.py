"""EX, CM and PR: doses, other treatments of the cancer, and local treatments of lesions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import (
    ANTICANCER,
    ANTINEOPLASTIC_CLASS,
    LOCAL_TREATMENTS,
    MASSES,
    ONLY_OF_A_LESION,
    PLACEBO,
    PLANNED,
    PRIOR,
    UNPLANNED,
)
from trialwright.cdisc.dates import date_rows, full_date, known_part
from trialwright.cdisc.subjects import IN_PART

if TYPE_CHECKING:
    from trialwright.cdisc.dates import Dating
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_NAMED = 8  # procedures that a note names
_MEND_DATE = "write the full date"


def make_doses(exposure: Domain, ledger: Ledger) -> pl.DataFrame | None:
    """Make the table ``doses`` of EX; placebo is no dose of a drug. None if no dose is left."""
    number = pl.col("EXDOSE").cast(pl.Float64, strict=False)
    unit = pl.col("EXDOSU").str.to_uppercase()
    factor = unit.replace_strict(MASSES, default=None, return_dtype=pl.Float64)
    frame = exposure.frame.with_columns(
        number.alias("amount"), factor.alias("factor"), full_date("EXSTDTC").alias("date")
    )
    domain = replace(exposure, frame=frame)
    domain = _leave_out_not_given(domain, "EXOCCUR", ledger)
    placebo = _holds("EXTRT", PLACEBO)
    why = "placebo is no dose of a drug; the first treatment of these patients is that of DM"
    ledger.leave_out(domain, domain.frame.filter(placebo), "sdtm.placebo", why, "nothing to do")
    frame = domain.frame.filter(~placebo)
    for rule, where, why, mend in (
        ("sdtm.date_unreadable", pl.col("date").is_null(),
         "dose of {EXTRT}: EXSTDTC {EXSTDTC} is no full date, so it is left out", _MEND_DATE),
        ("sdtm.dose_unknown", pl.col("amount").is_null(),
         "dose of {EXTRT}: EXDOSE {EXDOSE} is no amount, so it is left out", "write the amount"),
        ("sdtm.unit_unknown", pl.col("factor").is_null(),
         "dose of {EXTRT}: {EXDOSE} {EXDOSU} cannot be made mg, so it is left out",
         "write the dose in mg"),
    ):  # fmt: skip
        ledger.leave_out_each(exposure, frame.filter(where), rule, why, mend)
        frame = frame.filter(~where)
    ledger.use(exposure, frame, "doses")
    if frame.is_empty():
        return None
    return frame.select(
        pl.col("USUBJID").alias("patient_id"),
        pl.col("EXTRT").alias("drug"),
        pl.col("date").alias("start_date"),
        full_date("EXENDTC").alias("end_date"),
        (pl.col("amount") * pl.col("factor")).alias("dose_mg"),
        pl.col("EXADJ").alias("reason"),
        pl.col("row").alias("source_row"),
    )


def make_therapies(medications: Domain, dating: Dating, ledger: Ledger) -> pl.DataFrame | None:
    """Make the table ``therapies`` of the medications of CM that treat the cancer.

    They are those whose category says so (CMCAT, CMSCAT), without prior ones. A class of
    antineoplastic agents does not say so: it holds hormones and others too. None if no category
    names the cancer: then CM did not collect its later treatment.
    """
    category = pl.concat_str("CMCAT", "CMSCAT", separator=" ", ignore_nulls=True).str.to_uppercase()
    cancer = category.str.contains(ANTICANCER).fill_null(value=False)
    prior = category.str.contains(PRIOR).fill_null(value=False)
    frame = medications.frame
    unclear = _holds("CMCLAS", ANTINEOPLASTIC_CLASS) & ~cancer
    drugs = ", ".join(frame.filter(unclear)["CMTRT"].drop_nulls().unique().sort().to_list())
    why = f"{drugs}: of an antineoplastic class, but no category says that it treats the cancer"
    mend = "write CMCAT, if it is a treatment of the cancer"
    ledger.leave_out(medications, frame.filter(unclear), "sdtm.anticancer_unclear", why, mend)
    why = "other medications"
    ledger.leave_out(
        medications, frame.filter(~cancer & ~unclear), "sdtm.not_anticancer", why, "nothing to do"
    )
    why = "treatments of the cancer before the study"
    ledger.leave_out(
        medications, frame.filter(cancer & prior), "sdtm.prior_therapy", why, "nothing to do"
    )
    if not frame.select(cancer.any()).item():
        return None
    domain = replace(medications, frame=frame.filter(cancer & ~prior))
    domain = _leave_out_not_given(domain, "CMOCCUR", ledger)
    domain = _date_therapies(domain, dating, ledger)
    ledger.use(domain, domain.frame, "therapies")
    return domain.frame.select(
        pl.col("USUBJID").alias("patient_id"),
        pl.coalesce("CMDECOD", "CMTRT").alias("therapy"),
        pl.col("date").alias("start_date"),
        pl.col("known").alias("start_date_partial"),
        pl.col("row").alias("source_row"),
    )


def make_ablations(procedures: Domain, dating: Dating, ledger: Ledger) -> pl.DataFrame | None:
    """Make the table ``ablations`` of the local treatments of PR that name their lesion.

    Whether a treatment was foreseen is read from its category (PRCAT, PRSCAT); one that does not
    say so is left out with an error, since the two count differently.
    """
    frame = procedures.frame.with_columns(
        _modality().alias("modality"), _planned().alias("planned")
    )
    of_lesion = pl.col("PRLNKID").is_not_null() | ~pl.col("modality").is_in(ONLY_OF_A_LESION)
    local = (pl.col("modality").is_not_null() & of_lesion).fill_null(value=False)
    other = frame.filter(~local)
    names = ", ".join(other["PRTRT"].drop_nulls().unique().sort().to_list()[:_NAMED])
    why = f"procedures that are no local treatment of a lesion, such as {names}"
    mend = "nothing to do; if one treats a lesion, name the lesion (PRLNKID) and a known technique"
    ledger.leave_out(procedures, other, "sdtm.not_local", why, mend)
    domain = _leave_out_not_given(replace(procedures, frame=frame.filter(local)), "PROCCUR", ledger)
    frame = domain.frame
    for rule, where, why, mend in (
        ("sdtm.link_missing", pl.col("PRLNKID").is_null(),
         "{PRTRT}: PRLNKID is blank, so it treats no known lesion", "name the lesion"),
        ("sdtm.planned_unknown", pl.col("planned").is_null(),
         "{PRTRT} of {PRLNKID}: no category says whether it was planned",
         "write PRCAT: STUDY TREATMENT, or CONCOMITANT"),
    ):  # fmt: skip
        ledger.leave_out_each(domain, frame.filter(where), rule, why, mend)
        frame = frame.filter(~where)
    domain = replace(domain, frame=frame)
    domain = _leave_out_undated(domain, ("PRTRT", "PRSTDTC", "PRSTDY"), dating, ledger)
    ledger.use(domain, domain.frame, "ablations")
    if domain.frame.is_empty():
        return None
    return domain.frame.select(
        pl.col("USUBJID").alias("patient_id"),
        pl.col("PRLNKID").alias("lesion_id"),
        pl.col("date").alias("ablation_date"),
        "modality",
        "planned",
        pl.col("row").alias("source_row"),
    )


def _modality() -> pl.Expr:
    words = pl.concat_str("PRTRT", "PRDECOD", separator=" ", ignore_nulls=True).str.to_uppercase()
    return pl.coalesce(
        *(
            pl.when(words.str.contains(rf"\b{name}\b")).then(pl.lit(kind))
            for name, kind in LOCAL_TREATMENTS.items()
        )
    )


def _planned() -> pl.Expr:
    """Return whether a procedure was foreseen, as its category says; blank if it does not say."""
    category = pl.concat_str("PRCAT", "PRSCAT", separator=" ", ignore_nulls=True).str.to_uppercase()
    return (
        pl.when(category.str.contains(UNPLANNED))
        .then(pl.lit(value=False))
        .when(category.str.contains(PLANNED))
        .then(pl.lit(value=True))
    )


def _holds(column: str, word: str) -> pl.Expr:
    held = pl.col(column).str.to_uppercase().str.contains(word, literal=True)
    return held.fill_null(value=False)


def _leave_out_not_given(domain: Domain, column: str, ledger: Ledger) -> Domain:
    not_given = (pl.col(column).str.to_uppercase() == "N").fill_null(value=False)
    rows = domain.frame.filter(not_given)
    ledger.leave_out(
        domain, rows, "sdtm.not_given", f"{column} is N: it did not happen", "nothing to do"
    )
    return replace(domain, frame=domain.frame.filter(~not_given))


def _date_therapies(domain: Domain, dating: Dating, ledger: Ledger) -> Domain:
    """Date the medications by their text or study day; what is known in part is kept."""
    dated = date_rows(domain, ledger, replace(dating, partial=None), "CMSTDTC", "CMSTDY")
    whole, known = pl.col("date").is_not_null(), pl.col("known").is_not_null()
    part = pl.when(~whole).then(known_part(dated.frame, "CMSTDTC"))
    frame = dated.frame.with_columns(part.alias("known"))
    why = f"{{CMTRT}}: CMSTDTC {{CMSTDTC}} {IN_PART}"
    ledger.say_each(dated, frame.filter(known), "sdtm.date_in_part", why, _MEND_DATE)
    why = "{CMTRT}: CMSTDTC {CMSTDTC} is no date, so it is left out"
    undated = frame.filter(~whole & ~known)
    ledger.leave_out_each(dated, undated, "sdtm.date_unreadable", why, _MEND_DATE)
    return replace(dated, frame=frame.filter(whole | known))


def _leave_out_undated(
    domain: Domain, columns: tuple[str, str, str], dating: Dating, ledger: Ledger
) -> Domain:
    name, date, day = columns
    dated = date_rows(domain, ledger, dating, date, day)
    undated = pl.col("date").is_null()
    why = f"{{{name}}}: {date} {{{date}}} is no full date, so it is left out"
    ledger.leave_out_each(
        dated, dated.frame.filter(undated), "sdtm.date_unreadable", why, _MEND_DATE
    )
    return replace(dated, frame=dated.frame.filter(~undated))
