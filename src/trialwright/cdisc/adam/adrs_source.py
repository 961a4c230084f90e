"""What of RS, TU and ADSL becomes ADRS: whose calls, by which criteria, from which day on.

Source: SDTM Implementation Guide 3.4, section 6.3.11 (RS) and the CDISC controlled terminology
for responses (ONCRSR); template ``ad_adrs`` of admiralonco 1.4.0 (Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trialwright.response.codes import Response

Profile = Literal["recist11", "admiral"]

OVERALL = "OVRLRESP"  # RSTESTCD
# RSSTRESC: the response, as ADRS writes it, and as some sources do.
RESPONSE_OF = {
    "CR": Response.CR,
    "PR": Response.PR,
    "SD": Response.SD,
    "NON-CR/NON-PD": Response.NON_CR_NON_PD,
    "PD": Response.PD,
    "NE": Response.NE,
}
WORD_OF = {code: word for word, code in RESPONSE_OF.items()}
OTHER_SPELLINGS = {"NON CR/NON PD": Response.NON_CR_NON_PD}
NOT_DONE = ("ND", "NA", "NOT DONE")


@dataclass(frozen=True, slots=True)
class AdrsSource:
    """Whose calls are read, and how dates are.

    Parameters
    ----------
    evaluator : str
        RSEVAL and TUEVAL of the rows to take; not asked where no row names an evaluator.
    evaluator_id : str or None
        RSEVALID and TUEVALID; none: whatever they are.
    assessor : str
        The word for the evaluator in PARAM and PARCAT2.
    criteria : str
        The criteria (RSCAT); a blank RSCAT is taken for these.
    reference, death : str
        Variables of ADSL: the day that days count from, and the date of death.
    new_therapy : str or None
        Variable of ADSL: first anticancer treatment outside the study, after which nothing
        counts under ``recist11``; none: not known.
    partial_dates : {"first", "last"} or None
        Which day of the month completes a date whose day alone is missing; none: it is not
        completed, and the record counts nowhere.
    adsl_variables : tuple of str
        Variables of ADSL that every row of ADRS gets, beside STUDYID and USUBJID.
    """

    evaluator: str = "INVESTIGATOR"
    evaluator_id: str | None = None
    assessor: str = "Investigator"
    criteria: str = "RECIST 1.1"
    reference: str = "TRTSDT"
    death: str = "DTHDT"
    new_therapy: str | None = None
    partial_dates: Literal["first", "last"] | None = None
    adsl_variables: tuple[str, ...] = ()


# The template counts from randomisation, and takes a missing day for the last of its month.
SOURCES: dict[Profile, AdrsSource] = {
    "recist11": AdrsSource(),
    "admiral": AdrsSource(reference="RANDDT", partial_dates="last"),
}


def source_of(profile: Profile, source: AdrsSource | None) -> AdrsSource:
    """Return the source that was given, or the one of the profile.

    Raises
    ------
    ValueError
        If there is no such profile.
    """
    if profile not in SOURCES:
        msg = f"profile must be one of {sorted(SOURCES)}, not {profile!r}"
        raise ValueError(msg)
    return SOURCES[profile] if source is None else source
