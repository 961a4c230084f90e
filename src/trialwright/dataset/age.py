"""The age of a patient, as far as the birth date tells it.

A birth date is often known by its year alone, and then two ages are possible. Neither is chosen:
the age is a range, and a display says so.

Source: age in completed years, as CDISC ADaM's ``AAGE`` and the registries count it. The reference
day is informed consent, on which eligibility by age is judged; else the enrolment, else the first
treatment, as in ADSL (``cdisc.adam.adsl``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.dataset.anchors import first_treatments
from trialwright.dataset.partial_dates import read_partial_date

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset

# Source: ICH E7 and its questions and answers (2010): geriatric patients from 65 years on, and
# those from 75 and from 85 years on by themselves.
AGE_GROUPS = ((0, 64, "under 65"), (65, 74, "65 to 74"), (75, 84, "75 to 84"), (85, None, "85 +"))


@dataclass(frozen=True, slots=True)
class Age:
    """The ages in completed years that a patient may have had on the reference day.

    ``why_not`` says why no age is known; both limits are then none.
    """

    at_least: int | None
    at_most: int | None
    why_not: str = ""

    @property
    def years(self) -> int | None:
        """The age, where only one is possible."""
        return self.at_least if self.at_least == self.at_most else None

    @property
    def group(self) -> str | None:
        """The age group of ``AGE_GROUPS``; none where the possible ages lie in two."""
        low, high = self.at_least, self.at_most
        if low is None or high is None:
            return None
        for first, last, words in AGE_GROUPS:
            if first <= low and (last is None or high <= last):
                return words
        return None

    def __str__(self) -> str:
        """Write it: ``61``, ``61 or 62``, ``not known: no birth date``."""
        if self.at_least is None:
            return f"not known: {self.why_not}"
        if self.years is not None:
            return str(self.years)
        joint = " or " if self.at_most == self.at_least + 1 else " to "
        return f"{self.at_least}{joint}{self.at_most}"


def derive_ages(dataset: Dataset) -> dict[str, Age]:
    """Return the age of every patient at consent, else at enrolment, else at first treatment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.

    Returns
    -------
    dict of str to Age
        By patient, in the order of the table of patients; each patient is in it.

    Notes
    -----
    Where the data count study days there are no calendar dates, and no age is known.
    """
    columns = ("patient_id", "birth_date", "consent_date", "enrolment_date")
    made_up, treated = dataset.day_zero is not None, first_treatments(dataset)
    return {
        patient: Age(None, None, "the data hold no calendar dates")
        if made_up
        else possible_age(born, consent or enrolled or treated.get(patient))
        for patient, born, consent, enrolled in dataset.patients.select(columns).iter_rows()
    }


def possible_age(born: str | None, day: date | None) -> Age:
    """Return the ages in completed years that are possible on a day.

    Parameters
    ----------
    born : str or None
        The birth date as far as it is known: ``1961``, ``1961-05``, ``1961-05-17``.
    day : date or None
        The reference day.

    Notes
    -----
    Who was born on 29 February completes a year on 1 March of a year without that day.

    Examples
    --------
    >>> from datetime import date
    >>> str(possible_age("1961-05-17", date(2026, 5, 16)))
    '64'
    >>> str(possible_age("1961", date(2026, 5, 16)))
    '64 or 65'
    """
    if day is None:
        return Age(None, None, "neither consent, enrolment nor treatment is dated")
    known = None if born is None else read_partial_date(born)
    earliest, latest = (None, None) if known is None else (known.earliest, known.latest)
    if earliest is None or latest is None:
        return Age(None, None, "no year of birth" if born else "no birth date")
    if earliest > day:
        return Age(None, None, "the birth date is after the reference day")
    return Age(_completed_years(min(latest, day), day), _completed_years(earliest, day))


def _completed_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
