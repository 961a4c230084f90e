"""ADTTE from finished responses of RS: OS, PFS, TTP and duration of response of each subject.

The times are ended by the rules of ``endpoints.censoring``, in the way of counting that is asked
for; the preset ``admiral`` counts as the template does. Every row says which row of ADRS, or which
variable of ADSL, its date came from. A subject without a time is in ``not_counted``, with the
reason.

Source: ADaM Implementation Guide for time-to-event analyses 1.0; template ``ad_adtte`` of
admiralonco 1.4.0 (Apache-2.0), in our own words. Oracle: ``tests/oracle/cdisc/test_adtte.py``;
differences: ``docs/adam-comparison.md``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_rows import OVR, Layout, order_of_rows
from trialwright.cdisc.adam.adrs_subjects import NO_DAY, days_of_variable
from trialwright.cdisc.adam.variables import read_variables
from trialwright.endpoints.bulk.timed import SURVIVAL, TimedPatients, end_times
from trialwright.endpoints.endings import (
    NEVER,
    Cause,
    DeathIs,
    Status,
    Why,
)
from trialwright.response.bulk.derive_called import days_of
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from trialwright.cdisc.adam.adrs_records import CalledRecords
    from trialwright.cdisc.adam.adrs_source import Profile
    from trialwright.endpoints.bulk.followed import Times
    from trialwright.endpoints.endings import CensoringRules
    from trialwright.response.bulk.called import CalledParameters

_WORDS = (
    "progression", "death", "last_assessment", "alive", "start", "missed", "new_therapy",
    "horizon", "no_contact", "therapy_event", "at_death",
)  # fmt: skip
(
    _PROGRESSION, _DEATH, _LAST_ASSESSMENT, _ALIVE, _AT_START, _AFTER_MISSED, _BEFORE_THERAPY,
    _AT_HORIZON, _NO_CONTACT, _THERAPY_EVENT, _AT_DEATH,
) = range(len(_WORDS))  # fmt: skip


class AdtteRules(NamedTuple):
    """How times are counted.

    ``evaluable_only``: a time is censored at assessments that could be evaluated alone (whether
    the targets were measured, finished responses do not say). ``extra_day``: 1 where the first day
    counts. ``death_in_progression``: what a death is to TTP. ``last_contact`` is the variable of
    ADSL that holds the last date known to be alive.
    """

    censoring: CensoringRules
    evaluable_only: bool
    death_ends_response: bool
    extra_day: int
    death_in_progression: DeathIs = DeathIs.CENSORED_AT_LAST_ASSESSMENT
    last_contact: str = "LSTALVDT"


@dataclass(frozen=True, slots=True)
class Adtte:
    """ADTTE, and the subjects whose time an endpoint does not count, with the reason."""

    frame: pl.DataFrame
    not_counted: pl.DataFrame


def build_adtte(
    read: CalledRecords,
    found: CalledParameters,
    profile: Profile,
    rules: AdtteRules,
    *,
    codes: Sequence[str],
    adsl_variables: Sequence[str] = (),
) -> Adtte:
    """Build ADTTE from the records and parameters that ADRS is built from.

    Parameters
    ----------
    read : CalledRecords
        The records, from ``read_called``.
    found : CalledParameters
        Their parameters, from ``derive_called``.
    profile : {"recist11", "admiral"}
        Whose words, and from which response the duration counts: the first that is confirmed, or
        under ``admiral`` the first.
    rules : AdtteRules
        How times are counted.
    codes : sequence of str
        The parameters of ADRS in order, for the numbers of its rows.
    adsl_variables : sequence of str
        Variables of ADSL that every row gets, beside STUDYID and USUBJID.
    """
    rows = _rows(read, found, profile, rules)
    sources = _Sources(read, found, Layout(read.called.start, tuple(codes)), rules.last_contact)
    parts = [_columns(row, read, sources, profile, rules) for row in rows]
    table = pl.concat([part for part, _ in parts]).sort("subject", "order")
    missing = pl.concat([none for _, none in parts])
    subjects = read.subjects
    keys = [name for name in ("STUDYID", "USUBJID") if name in subjects.adsl.columns]
    wanted = [*keys, *(name for name in adsl_variables if name not in keys)]
    gathered = subjects.select(wanted)[table["subject"]]
    table = table.with_columns(
        (pl.int_range(pl.len()).over("subject") + 1).alias("ASEQ"),
    )
    names = [one.name for one in read_variables("ADTTE").columns("from_sdtm")]
    frame = pl.concat([gathered, table.select(names)], how="horizontal")
    ids = subjects.ids[missing["subject"]].alias("USUBJID")
    return Adtte(frame, missing.select(ids, "PARAMCD", "reason"))


class _Row(NamedTuple):
    """One parameter: its key, its times, and why a subject without one has none."""

    key: str
    times: Times
    why_none: NDArray[np.int8]  # position in _NONE


_NONE = (
    "",
    "no reference date",
    "no response that counts",
    "the time would end before it starts: a date is wrong",
    "what ends the time, or censors it, came before the response",
)


def _rows(
    read: CalledRecords,
    found: CalledParameters,
    profile: Profile,
    rules: AdtteRules,
) -> Iterator[_Row]:
    """Yield the parameters in the order of PARAMCD."""
    timed, referenced = _timed(read, found, rules)
    unreferenced = np.where(referenced, 0, 1).astype(np.int8)
    by_admiral = profile == "admiral"
    response = days_of(read.called, found.response if by_admiral else found.confirmed_response)
    responded = ~np.isnan(response)
    begin = np.where(responded & referenced, response, NEVER)
    why = np.where(referenced & ~responded, 2, unreferenced).astype(np.int8)
    death = DeathIs.EVENT if rules.death_ends_response else DeathIs.CENSORED_AT_LAST_ASSESSMENT
    duration = end_times(timed._replace(begin=begin), death, rules.censoring)
    if not by_admiral:
        yield _Row("DOR", duration, why)
    yield _Row("OS", end_times(timed, SURVIVAL, rules.censoring), unreferenced)
    yield _Row("PFS", end_times(timed, DeathIs.EVENT, rules.censoring), unreferenced)
    if by_admiral:
        yield _Row("RSD", duration, why)
    else:
        progression = end_times(timed, rules.death_in_progression, rules.censoring)
        yield _Row("TTP", progression, unreferenced)


def _timed(
    read: CalledRecords, found: CalledParameters, rules: AdtteRules
) -> tuple[TimedPatients, NDArray[np.bool_]]:
    """Return what happened to each subject, and who has a reference date."""
    subjects, called = read.subjects, read.called
    referenced = subjects.reference != NO_DAY
    kept = np.flatnonzero(found.counts)
    before = np.concatenate([[0], np.cumsum(found.counts)])
    evaluable = called.response[kept] != Response.NE
    contact = days_of_variable(subjects, rules.last_contact)
    known = (contact != NO_DAY) & referenced
    never = np.full(called.patients, NEVER)
    return TimedPatients(
        start=before[called.start].astype(np.int64),
        day=called.day[kept],
        adequate=evaluable if rules.evaluable_only else np.ones_like(evaluable),
        evaluable=evaluable,
        begin=np.where(referenced, 0.0, NEVER),
        has_baseline=np.ones(called.patients, np.bool_),
        progression=_or_never(days_of(called, found.progression)),
        claimed=never,
        death=_or_never(subjects.death_day),
        new_therapy=called.new_therapy_day,
        local_therapy=never,
        discontinuation=never,
        last_contact=np.where(known, contact.astype(np.float64) - subjects.reference, -NEVER),
    ), referenced


def _or_never(days: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(days), NEVER, days)


class _Sources:
    """The row of ADRS, or the variable of ADSL, that dates come from."""

    def __init__(
        self, read: CalledRecords, found: CalledParameters, layout: Layout, last_contact: str
    ) -> None:
        first = layout.first[:-1]
        self.of_progression = layout.rows_of("PD") - first + 1
        self.of_death = layout.rows_of("DEATH") - first + 1
        self.of_last = layout.rows_of("LSTA") - first + 1
        self.last = found.last_assessment
        self.counts_before = np.concatenate([[0], np.cumsum(found.counts)])[read.called.start]
        self.kept = np.flatnonzero(found.counts)
        order = order_of_rows(read.called, read.records["VISITNUM"])
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        subject = np.repeat(np.arange(read.called.patients), np.diff(read.called.start))
        self.of_record = (layout.rows_of(OVR) - first[subject] + 1)[place] if len(order) else place
        self.contact = last_contact

    def of_assessment(
        self, subject: NDArray[np.int64], assessment: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Return the row of ADRS of a subject's assessment: LSTA if it is that, else OVR."""
        record = self.kept[self.counts_before[subject] + assessment]
        is_last = record == self.last[subject]
        return np.where(is_last, self.of_last[subject], self.of_record[record])


def _columns(
    row: _Row, read: CalledRecords, sources: _Sources, profile: Profile, rules: AdtteRules
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the variables of one parameter, and the subjects without a time."""
    times = row.times
    counted = (times.status >= 0) & (times.status <= Status.COMPETING)
    subject = np.flatnonzero(counted)
    day, begin = times.day[subject], times.begin[subject]
    reference = read.subjects.reference[subject]
    word = _words(row.key, times, subject)
    domain, variable, sequence = _source(times, subject, word, sources, profile)
    code, label = read_texts().parameters[row.key]
    event, censor = read_texts().columns(profile)
    table = pl.DataFrame(
        {
            "subject": subject.astype(np.uint32),
            "ADT": (reference + day).astype(np.int32),
            "AVAL": day - begin + rules.extra_day,
            "STARTDT": (reference + begin).astype(np.int32),
            "CNSR": (times.status[subject] != Status.EVENT).astype(np.int64),
            "EVNTDESC": event.gather(word),
            "CNSDTDSC": censor.gather(word),
            "SRCDOM": domain,
            "SRCVAR": variable,
            "SRCSEQ": sequence,
        }
    ).with_columns(
        pl.col("ADT", "STARTDT").cast(pl.Date),
        pl.lit(code).alias("PARAMCD"),
        pl.lit(label).alias("PARAM"),
        pl.lit(code).alias("order"),
    )
    nobody = np.flatnonzero(~counted)
    status = times.status[nobody]
    why = np.select(
        [status == Status.CONTRADICTION, status == Status.ENDED_BEFORE],
        [3, 4],
        row.why_none[nobody],
    )
    reasons = pl.Series(_NONE).gather(why)
    missing = pl.DataFrame({"subject": nobody.astype(np.uint32), "reason": reasons})
    return table, missing.with_columns(pl.lit(code).alias("PARAMCD"))


def _words(key: str, times: Times, subject: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of ``_WORDS`` says how each time ends."""
    cause, why, at = times.cause[subject], times.why[subject], times.assessment[subject]
    if key == "OS":
        censored = np.where(times.day[subject] > times.begin[subject], _ALIVE, _NO_CONTACT)
    else:
        censored = np.where(at >= 0, _LAST_ASSESSMENT, _AT_START)
    named = np.select(
        [
            (why == Why.HAPPENED) & (cause == Cause.NEW_THERAPY),
            why == Why.HAPPENED,
            why == Why.MISSED,
            why == Why.BEFORE,
            why == Why.HORIZON,
            why == Why.AT_DEATH,
        ],
        [
            _THERAPY_EVENT,
            np.where(cause == Cause.DEATH, _DEATH, _PROGRESSION),
            _AFTER_MISSED,
            _BEFORE_THERAPY,
            _AT_HORIZON,
            _AT_DEATH,
        ],
        censored,
    )
    return named.astype(np.int64)


def _source(
    times: Times,
    subject: NDArray[np.int64],
    word: NDArray[np.int64],
    sources: _Sources,
    profile: Profile,
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return SRCDOM, SRCVAR and SRCSEQ."""
    at = times.assessment[subject]
    seen = at >= 0
    sequence = np.zeros(len(subject), np.int64)
    sequence[seen] = sources.of_assessment(subject[seen], at[seen])
    died = (word == _DEATH) | (word == _AT_DEATH)
    sequence = np.where(died, sources.of_death[subject], sequence)
    sequence = np.where(word == _PROGRESSION, sources.of_progression[subject], sequence)
    in_adrs = sequence > 0
    reference = "RANDDT" if profile == "admiral" else "TRTSDT"
    variables = pl.Series(["ADT", sources.contact, reference, None])
    elsewhere = (word == _AT_HORIZON) | (word == _THERAPY_EVENT)
    which = np.select([in_adrs, word == _ALIVE, elsewhere], [0, 1, 3], 2)
    domains = pl.Series(["ADRS", "ADSL", "ADSL", None])
    numbers = pl.Series(sequence).set(pl.Series(~in_adrs), None)
    return domains.gather(which), variables.gather(which), numbers


@dataclass(frozen=True, slots=True)
class _Texts:
    parameters: dict[str, tuple[str, str]]
    words: dict[str, dict[str, tuple[str, str]]]

    def columns(self, profile: str) -> tuple[pl.Series, pl.Series]:
        """Return EVNTDESC and CNSDTDSC in the order of ``_WORDS``."""
        said = self.words["recist11"] | self.words[profile]
        pairs = [said[name] for name in _WORDS]
        events, dates = ([pair[side] or None for pair in pairs] for side in (0, 1))
        return pl.Series(events, dtype=pl.String), pl.Series(dates, dtype=pl.String)


@cache
def read_texts() -> _Texts:
    """Read the parameters of ADTTE and the words for how a time ends (``adtte.toml``)."""
    file = resources.files(__package__) / "adtte.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    parameters = {key: tuple(said) for key, said in content["parameters"].items()}
    words = {
        profile: {name: tuple(said) for name, said in table.items()}
        for profile, table in content["words"].items()
    }
    return _Texts(parameters, words)
