"""ADSL: one row a subject, of SDTM domains or of a data set of our own.

Source: ADaM Implementation Guide 1.3, section 3.2.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adsl_sdtm import ADSL_DOMAINS, adsl_from_sdtm, check_adsl_domains
from trialwright.cdisc.adam.disposition import (
    DEATH,
    DISCONTINUED,
    end_status,
    status_without_end,
)
from trialwright.cdisc.adam.durations import add_durations, latest_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import refuse_errors
from trialwright.cdisc.adam.variables import read_variables, select_variables
from trialwright.cdisc.codes import SEXES
from trialwright.dataset import is_dose_given
from trialwright.dataset.age import possible_age
from trialwright.dataset.contacts import last_contacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from trialwright.dataset import Dataset, Finding
    from trialwright.endpoints import AnalysisSets

__all__ = ["ADSL_DOMAINS", "adsl", "adsl_from_sdtm", "check_adsl_domains"]

_SEX = {word: code for code, word in SEXES.items() if len(code) == 1}
_ENDS = (("treatment", "EOT", "DCT"), ("study", "EOS", "DCS"))


def adsl(
    dataset: Dataset,
    sets: AnalysisSets,
    flags: Mapping[str, Mapping[str, bool]],
    *,
    study_id: str,
    arm: str | None = None,
) -> pl.DataFrame:
    """Derive ADSL of a trial of our own.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    sets : AnalysisSets
        The dates of enrolment and of first treatment of every patient.
    flags : mapping of str to (mapping of str to bool)
        The flags of the analysis sets (``SAFFL``, ``FASFL``), each with every patient of the
        data.
    study_id : str
        What STUDYID says.
    arm : str, optional
        What the arm is called where the table ``patients`` names none.

    Returns
    -------
    polars.DataFrame
        One row a patient of the table ``patients``, in its order: the variables of the list
        ``own`` in ``adsl.toml``, and the flags. What is not known is blank.

    Raises
    ------
    ValueError
        If a flag is not one of the list ``sets`` in ``adsl.toml``, or says nothing of a patient
        of the data, or something of another.
    DataError
        If a patient has two rows in ``patients`` or ``deaths``, or two ends of one scope.

    Notes
    -----
    AGE is the completed years on the day of consent, else of enrolment, else of the first
    treatment; a birth date that is known in part gives it only where all days that it may be
    agree.

    TRTEDT is the last day of a dose or of a planned ablation. It is blank while the last
    interval of a drug has no end.

    LSTALVDT is ``dataset.contacts.last_contacts``, from which survival is censored. Without a
    recorded end of study, a death is one (EOSDT, DCSREAS ``DEATH``); a patient who has died is
    not on treatment either, but when and why it ended is not known.
    """
    listed = read_variables("ADSL")
    _refuse_flags(flags, dataset, listed.lists["sets"])
    refuse_errors([*_find_repeated(dataset)], ("ADSL",))
    frame = _list_patients(dataset, sets, arm).with_columns(pl.lit(study_id).alias("STUDYID"))
    for part in (_last_treatments(dataset), _read_deaths(dataset), *_read_ends(dataset)):
        frame = frame.join(part, on="USUBJID", how="left", maintain_order="left", validate="1:1")
    held = dataset.collected("dispositions")
    frame = add_durations(_add_status(frame, dispositions_collected=held))
    contacts = last_contacts(dataset)
    days = {"USUBJID": list(contacts), "day": list(contacts.values())}
    alive = latest_day([pl.DataFrame(days, schema={"USUBJID": pl.String, "day": pl.Date})])
    frame = frame.join(alive, on="USUBJID", how="left", maintain_order="left", validate="1:1")
    said = [
        pl.Series(name, ["Y" if members[one] else "N" for one in frame["USUBJID"]], pl.String)
        for name, members in flags.items()
    ]
    variables = (*listed.columns("own"), *listed.named(list(flags)))
    return select_variables(frame.with_columns(said), variables)


def _refuse_flags(
    flags: Mapping[str, Mapping[str, bool]], dataset: Dataset, known: Sequence[str]
) -> None:
    """Refuse flags that have no label, and those that do not speak of exactly the patients."""
    patients = set(dataset.patients["patient_id"])
    for name, members in flags.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(known)}"
            msg = f"{name!r} is no flag of an analysis set; {hint}"
            raise ValueError(msg)
        apart = sorted(patients.symmetric_difference(members))
        if apart:
            msg = f"{name}: it has to say of every patient of the data whether; {apart[0]} differs"
            raise ValueError(msg)


def _find_repeated(dataset: Dataset) -> Iterator[Finding]:
    for table, key in (
        ("patients", ["patient_id"]),
        ("deaths", ["patient_id"]),
        ("dispositions", ["patient_id", "scope"]),
    ):
        rows = dataset.table(table)
        if table == "dispositions":  # a patient may stop several drugs
            rows = rows.filter(pl.col("scope") != "drug")
        repeated = rows.filter(pl.struct(key).is_duplicated())
        for _, group in repeated.group_by(key, maintain_order=True):
            message = f"{table} holds {group.height} rows where there is one a patient"
            row = group.row(0, named=True)
            yield adam_finding("adam.subject_repeated", message, "keep one", table, row)


def _list_patients(dataset: Dataset, sets: AnalysisSets, arm: str | None) -> pl.DataFrame:
    """Return identity, demography, arm and the dates up to the first treatment."""
    members = {one.patient_id: one for one in sets.members}
    strange = sorted(set(dataset.patients["patient_id"]) - set(members))
    if strange:
        msg = f"the analysis sets do not hold patient {strange[0]}; derive them from these data"
        raise ValueError(msg)
    rows = []
    for row in dataset.patients.iter_rows(named=True):
        member = members[row["patient_id"]]
        consented, treated = row["consent_date"], member.first_treatment
        planned = row["arm"] or arm
        actual = planned if treated is not None else None
        rows.append(
            {
                "USUBJID": row["patient_id"],
                "SUBJID": row["patient_id"],
                "SITEID": row["site"],
                "AGE": age_on(row["birth_date"], consented or member.enrolment or treated),
                "SEX": _SEX.get(row["sex"]),
                "ARM": planned,
                "TRT01P": planned,
                "ACTARM": actual,
                "TRT01A": actual,
                "RFICDT": consented,
                "ENRLDT": member.enrolment,
                "TRTSDT": treated,
            }
        )
    dates = {"RFICDT": pl.Date, "ENRLDT": pl.Date, "TRTSDT": pl.Date, "AGE": pl.Int64}
    texts = ("USUBJID", "SUBJID", "SITEID", "SEX", "ARM", "TRT01P", "ACTARM", "TRT01A")
    schema = pl.Schema({**dict.fromkeys(texts, pl.String), **dates})
    unit = pl.when(pl.col("AGE").is_not_null()).then(pl.lit("YEARS")).alias("AGEU")
    return pl.DataFrame(rows, schema=schema).with_columns(unit)


def age_on(birth: str | None, day: date | None) -> int | None:
    """Return the completed years of life on a day, if what is known of the birth tells them.

    Parameters
    ----------
    birth : str or None
        Date of birth, which may be known in part.
    day : date or None
        The day.

    Examples
    --------
    >>> from datetime import date
    >>> age_on("1961-05", date(2026, 3, 2))
    64
    >>> age_on("1961", date(2026, 3, 2)) is None  # 64 or 65
    True
    """
    return possible_age(birth, day).years


def _last_treatments(dataset: Dataset) -> pl.DataFrame:
    """Return the last day of treatment of each patient; blank where doses are not all known.

    They are not while a drug's last dose has no end, or where the patients table states a first
    treatment and there are no doses of the patient.
    """
    given = dataset.doses.filter(is_dose_given()).sort("start_date", maintain_order=True)
    last = given.group_by("patient_id", "drug").agg(
        pl.col("end_date").max().alias("day"), pl.col("end_date").last().is_null().alias("open")
    )
    ablated = dataset.ablations.filter("planned").select(
        "patient_id", day="ablation_date", open=pl.lit(value=False)
    )
    undosed = (
        dataset.patients.filter(pl.col("first_treatment_date").is_not_null())
        .join(given, on="patient_id", how="anti")
        .select("patient_id", day=pl.lit(None, pl.Date), open=pl.lit(value=True))
    )
    both = pl.concat([last.select("patient_id", "day", "open"), ablated, undosed])
    ended: pl.Expr = pl.when(~pl.col("open").any()).then(pl.col("day").max())
    if not dataset.collected("doses"):
        ended = pl.lit(None, pl.Date)
    return both.group_by(USUBJID="patient_id").agg(ended.first().alias("TRTEDT"))


def _read_deaths(dataset: Dataset) -> pl.DataFrame:
    return dataset.deaths.select(
        USUBJID="patient_id",
        DTHFL=pl.lit("Y"),
        DTHDT="death_date",
        DTHDTF="death_date_imputed",
        DTHCAUS="cause",
        DTHCGR1=pl.col("cause_category").str.to_uppercase(),
    )


def _read_ends(dataset: Dataset) -> Iterator[pl.DataFrame]:
    """Yield the recorded end of treatment, and of the study, with status and reason."""
    kind = pl.coalesce("reason_category", "reason")
    for scope, end, discontinued in _ENDS:
        yield dataset.dispositions.filter(pl.col("scope") == scope).select(
            pl.col("patient_id").alias("USUBJID"),
            pl.lit(value=True).alias(f"{end}_recorded"),
            pl.col("end_date").alias(f"{end}DT"),
            pl.col("end_date_imputed").alias(f"{end}DTF"),
            end_status(kind).alias(f"{end}STT"),
            pl.when(end_status(kind) == DISCONTINUED)
            .then(pl.col("reason"))
            .alias(f"{discontinued}REAS"),
        )


def _add_status(frame: pl.DataFrame, *, dispositions_collected: bool) -> pl.DataFrame:
    """Complete the status of those of whom no end was recorded.

    Who was never treated has no status of treatment, who was never enrolled none of the study.
    Where no ends were collected at all, nobody is called ongoing.
    """
    died = pl.col("DTHFL").is_not_null()
    treated = pl.col("TRTSDT").is_not_null()
    enrolled = treated | pl.col("ENRLDT").is_not_null()
    told = died | pl.lit(dispositions_collected)
    on_treatment = pl.col("EOT_recorded").is_null() & treated & told
    in_study = pl.col("EOS_recorded").is_null() & enrolled & told
    unended = status_without_end(died)
    return frame.with_columns(
        pl.when(on_treatment).then(unended).otherwise("EOTSTT").alias("EOTSTT"),
        pl.when(in_study).then(unended).otherwise("EOSSTT").alias("EOSSTT"),
        pl.when(in_study & died).then("DTHDT").otherwise("EOSDT").alias("EOSDT"),
        pl.when(in_study & died).then("DTHDTF").otherwise("EOSDTF").alias("EOSDTF"),
        pl.when(in_study & died).then(pl.lit(DEATH)).otherwise("DCSREAS").alias("DCSREAS"),
    )
