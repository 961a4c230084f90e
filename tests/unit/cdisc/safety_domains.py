"""Small made-up AE, EX and LB, and as much of ADSL as ADAE, ADEX and ADLB need."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

SUBJECT = "S-01"
START, END = date(2026, 1, 5), date(2026, 3, 1)


_TESTS = {
    "ALT": ("Alanine Aminotransferase", "U/L", "6", "40"),
    "PLAT": ("Platelets", "10^9/L", "150", "400"),
}


def day(number):
    """Return a study day: day 1 is the first treatment, and there is no day 0."""
    return START + timedelta(days=number - 1 if number > 0 else number)


def iso(number):
    return day(number).isoformat()


def table(rows):
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        [dict.fromkeys(names) | row for row in rows], schema=dict.fromkeys(names, pl.String)
    )


def dose(first, last, amount="80", **more):
    return {"USUBJID": SUBJECT, "EXTRT": "DRUG", "EXDOSE": amount, "EXDOSU": "mg", "EXDOSFRQ": "QD",
            "EXSTDTC": first if isinstance(first, str) else iso(first),
            "EXENDTC": None if last is None else last if isinstance(last, str) else iso(last)
            } | more  # fmt: skip


def event(start, end=None, **more):
    return {"USUBJID": SUBJECT, "AESEQ": "1", "AETERM": "RASH", "AEDECOD": "Rash", "AESEV": "MILD",
            "AESTDTC": start if isinstance(start, str | None) else iso(start),
            "AEENDTC": end if isinstance(end, str | None) else iso(end)} | more  # fmt: skip


def sample(number, value, test="ALT", **more):
    """Write a result; ``number`` is its study day, or a text."""
    named = _TESTS.get(test, (test, "mmol/L", None, None))
    numeric = value is not None and str(value).replace(".", "").isdigit()
    return {"USUBJID": SUBJECT, "DOMAIN": "LB", "LBTESTCD": test, "LBTEST": named[0],
            "LBCAT": "CHEMISTRY", "LBSTRESC": None if value is None else str(value),
            "LBSTRESN": str(value) if numeric else None, "LBSTRESU": named[1],
            "LBSTNRLO": named[2], "LBSTNRHI": named[3], "VISIT": "WEEK 2", "VISITNUM": "2",
            "LBDTC": number if isinstance(number, str | None) else iso(number)} | more  # fmt: skip


def domains(*, ae=(), ex=(), lb=()):
    """Return AE, EX and LB; each has its needed columns, also without rows."""
    empty = {"AE": event(1), "EX": dose(1, 2), "LB": sample(1, 1)}
    given = {"AE": ae, "EX": ex, "LB": lb}
    return {
        code: table(list(rows)) if rows else table([empty[code]]).clear()
        for code, rows in given.items()
    }


def adsl(*subjects, start=START, end=END, **more):
    names = list(subjects or (SUBJECT,))
    dates = {"TRTSDT": start, "TRTEDT": end, "DTHDT": None, "EOSDT": None} | more
    return pl.DataFrame(
        {"STUDYID": "TEST", "USUBJID": names, "TRT01P": "DRUG", "TRT01A": "DRUG", **dates},
        schema_overrides=dict.fromkeys(dates, pl.Date),
    )
