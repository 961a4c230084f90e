"""Where ADRS by the guideline parts from admiralonco's, row by row, each with its cause.

A cause is proved on the subject: either both say the same in other words, or the template's rules
agree with ours once the cause is taken out of the records. The list for readers, with the
sections of RECIST 1.1, is ``docs/adam-comparison.md``.

Oracle: ``oracle_admiral_random.json`` and pharmaverseadam ``adrs_onco``, both of which the profile
``admiral`` equals (``test_adrs.py``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from adrs_frames import RANDOMISATION, domains_of, read_adrs, values_of

from admiral_cases import (
    RANDOM,
    TEMPLATE,
    read_subjects,
    with_partial_for_complete_response,
    with_progression_after_complete_response,
)
from trialwright.cdisc.adam.adrs import adrs_from_sdtm
from trialwright.cdisc.adam.adrs_source import SOURCES
from trialwright.cdisc.files import read_table
from trialwright.response import Response

pytestmark = pytest.mark.shared

KEY = ("USUBJID", "PARAMCD", "RSSEQ")
# The same in other words
MISSING = "no assessment is NE, not MISSING"
UNDATED = "NE has no date"
# Read differently
RUN = "a response starts with the run of responses that leads to it"
DATED = "stable disease is dated from Non-CR/Non-PD on"
RELAPSE = "SD or Non-CR/Non-PD after CR is progression"
PARTIAL = "a PR after a CR confirms it as PR"
BASELINE = "a record up to the reference date is no assessment"
UNREAD = "an assessment that was not evaluable is not the last one"


@pytest.fixture(scope="module")
def subjects(shared):
    return read_subjects(shared, RANDOM)


def test_every_difference_of_the_random_subjects(subjects):
    ours, theirs = (read_adrs(subjects, one) for one in ("recist11", "admiral"))
    without = {
        cause: read_adrs([change(one) for one in subjects], "admiral")
        for cause, change in (
            (RELAPSE, with_progression_after_complete_response),
            (PARTIAL, with_partial_for_complete_response),
            (BASELINE, after_reference),
        )
    }
    by_name, causes = {one.name: one for one in subjects}, Counter()
    for key in theirs:
        if ours[key] != theirs[key]:
            subject, code = by_name[key[0]], key[1]
            cause = cause_in_words(subject, code, ours[key], theirs[key])
            found = [cause] if cause else [one for one in without if without[one][key] == ours[key]]
            assert len(found) == 1, (subject, code, ours[key], theirs[key])
            causes[code, found[0]] += 1
    assert causes == {
        ("BOR", MISSING): 30,
        ("BOR", UNDATED): 29,
        ("BOR", DATED): 1,
        ("BOR", BASELINE): 1,
        ("BCP", BASELINE): 1,
        ("RSP", BASELINE): 1,
        ("CB", BASELINE): 1,
        ("CBOR", MISSING): 30,
        ("CBOR", UNDATED): 52,
        ("CBOR", RELAPSE): 19,
        ("CBOR", PARTIAL): 26,
        ("CBOR", DATED): 13,
        ("CBOR", BASELINE): 1,
        ("CBCP", RELAPSE): 5,
        ("CBCP", PARTIAL): 26,
        ("CRSP", RELAPSE): 5,
        ("CRSP", PARTIAL): 19,
        ("CRSP", RUN): 8,
        ("CCB", RELAPSE): 15,
        ("CCB", PARTIAL): 1,
        ("CCB", RUN): 8,
        ("CCB", BASELINE): 1,
        ("LSTA", UNREAD): 55,
    }


def test_rows_of_ovr_differ_only_after_a_progression_before_the_reference_date(subjects):
    theirs, ours = (
        adrs_from_sdtm(*domains_of(subjects), TEMPLATE, one, source=RANDOMISATION).filter(
            PARAMCD="OVR"
        )
        for one in ("admiral", "recist11")
    )
    assert theirs.drop("ANL02FL").equals(ours.drop("ANL02FL"))
    assert theirs.height == 2144
    differs = theirs.filter(theirs["ANL02FL"].ne_missing(ours["ANL02FL"]))
    [name] = differs["USUBJID"].unique()
    subject = next(one for one in subjects if one.name == name)
    assert (subject.responses[0], subject.days[0] < 0) == (Response.PD, True)
    assert differs.height == len(subject.days) - 1


def cause_in_words(subject, code, ours, theirs):
    """Return the cause that can be read off the two values and the records between them."""
    if code in ("BOR", "CBOR") and ours == ("NE", None):
        return {"MISSING": MISSING, "NE": UNDATED}.get(theirs[0])
    if code == "LSTA":
        read = [
            day
            for day, one in zip(subject.days, subject.responses, strict=True)
            if day > 0 and one != Response.NE
        ]
        last = None if not read else subject.date_of(subject.days.index(read[-1]))
        return UNREAD if theirs[0] == "NE" and ours[1] == last else None
    if ours[0] != theirs[0] or None in (ours[1], theirs[1]):
        return None
    first, second = (subject.days.index(subject.day_of(one[1])) for one in (ours, theirs))
    between = subject.responses[first : second + 1]
    if code in ("BOR", "CBOR") and ours[0] == "SD":
        return DATED if between and between[0] == Response.NON_CR_NON_PD else None
    if code in ("CRSP", "CCB") and len(between) > 1 and set(between) <= {Response.CR, Response.PR}:
        return RUN
    return None


def after_reference(subject):
    """Take out the records up to the reference date."""
    first = sum(day <= 0 for day in subject.days)
    return replace(subject, responses=subject.responses[first:], days=subject.days[first:])


def test_every_difference_of_the_published_data_set(shared):
    rs, tu = (read_table(shared / f"data/sdtm/{one}_onco_recist.csv") for one in ("rs", "tu"))
    adsl = read_table(shared / "data/adam/adsl.csv")
    same = SOURCES["admiral"]
    theirs, ours = (
        values_of(adrs_from_sdtm(rs, adsl, TEMPLATE, one, tu=tu, source=same))
        for one in ("admiral", "recist11")
    )
    differing = {key: (theirs[key], ours[key]) for key in theirs if theirs[key] != ours[key]}
    missing = {key for key, both in differing.items() if both == (("MISSING", None), ("NE", None))}
    assert Counter(code for _, code in missing) == {"BOR": 298, "CBOR": 298}
    undated = ("NE", "2014-01-22"), ("NE", None)
    assert {key: differing[key] for key in differing.keys() - missing} == {
        ("01-701-1097", "BOR"): undated,
        ("01-701-1097", "CBOR"): undated,
    }


def test_by_default_a_partial_date_is_not_completed(shared):
    # The first treatment and the randomisation, from which days count, are one day in these data.
    rs = read_table(shared / "data/sdtm/rs_onco_recist.csv")
    adsl = read_table(shared / "data/adam/adsl.csv")
    by_default, completed = (
        {row[:3]: row[3:] for row in adrs.select(*KEY, pl.all().exclude("ASEQ", *KEY)).iter_rows()}
        for adrs in (
            adrs_from_sdtm(rs, adsl, TEMPLATE, "recist11"),
            adrs_from_sdtm(rs, adsl, TEMPLATE, "recist11", source=SOURCES["admiral"]),
        )
    )
    differing = {key for key in by_default if by_default[key] != completed[key]}
    assert differing == {("01-701-1015", "OVR", 6)}
