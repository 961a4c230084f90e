"""Finished responses of the oracle's subjects as RS and ADSL, and ADRS as values and dates."""

from __future__ import annotations

import polars as pl

from admiral_cases import TEMPLATE, WORDS
from trialwright.cdisc.adam.adrs import adrs_from_sdtm
from trialwright.cdisc.adam.adrs_source import AdrsSource

RANDOMISATION = AdrsSource(reference="RANDDT")


def domains_of(subjects):
    """Write the records of subjects as RS, and their dates as ADSL, all text."""
    rs = [
        {
            "USUBJID": subject.name,
            "RSSEQ": str(number),
            "RSTESTCD": "OVRLRESP",
            "RSSTRESC": WORDS[response],
            "RSEVAL": "INVESTIGATOR",
            "RSDTC": subject.date_of(number - 1),
        }
        for subject in subjects
        for number, response in enumerate(subject.responses, start=1)
    ]
    adsl = [
        {
            "STUDYID": "RANDOM",
            "USUBJID": subject.name,
            "RANDDT": str(subject.reference),
            "DTHDT": subject.row["death_date"],
        }
        for subject in subjects
    ]
    names = ("STUDYID", "USUBJID", "RANDDT", "DTHDT")
    return pl.DataFrame(rs), pl.DataFrame(adsl, schema=dict.fromkeys(names, pl.String))


def values_of(adrs):
    """Return AVALC and ADT of each parameter but OVR, by subject and parameter."""
    rows = adrs.filter(pl.col("PARAMCD") != "OVR").select("USUBJID", "PARAMCD", "AVALC", "ADT")
    found = {
        (subject, code): (value, None if day is None else str(day))
        for subject, code, value, day in rows.iter_rows()
    }
    assert len(found) == rows.height
    return found


def read_adrs(subjects, profile, rules=TEMPLATE):
    """Derive ADRS of subjects under a profile, days counted from randomisation."""
    return values_of(adrs_from_sdtm(*domains_of(subjects), rules, profile, source=RANDOMISATION))
