"""Where each row of ADRS stands, and what stands behind it: its record and its value.

The rows of a subject stand in the order of PARAMCD: the parameters before OVR, one row of OVR a
record, the parameters after it. So the place of every row follows from how many records there
are, and nothing has to be sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.cdisc.adam.adrs_source import WORD_OF
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.cdisc.adam.adrs_records import CalledRecords
    from trialwright.response.bulk.called import CalledParameters, CalledResponses

OVR, MDIS = "OVR", "MDIS"
# AVALC and AVAL: No and Yes, the responses by their codes, no response at all.
WORDS = ("N", "Y", *(WORD_OF[code] for code in sorted(WORD_OF)), "MISSING")
VALUES = (0.0, 1.0, *(float(code) for code in sorted(WORD_OF)), 7.0)
YES, NO, BLANK = 1, 0, -1
_MISSING = WORDS.index("MISSING")
_BEFORE_CODES = WORDS.index("CR") - int(Response.CR)
_FLAGS = {  # Y where there is a record behind it
    "PD": "progression",
    "RSP": "response",
    "CB": "clinical_benefit",
    "CRSP": "confirmed_response",
    "CCB": "confirmed_clinical_benefit",
}
_BESTS = {"BOR": ("best", "BCP"), "CBOR": ("confirmed_best", "CBCP")}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of each subject and parameter stand.

    Parameters
    ----------
    start : array of int, shape (subjects + 1,)
        Where the records of each subject begin.
    codes : tuple of str
        The parameters in order, OVR among them.
    """

    start: NDArray[np.int64]
    codes: tuple[str, ...]

    @property
    def first(self) -> NDArray[np.int64]:
        """The first row of each subject, and one more; shape (subjects + 1,)."""
        return (len(self.codes) - 1) * np.arange(len(self.start)) + self.start

    def rows_of(self, code: str) -> NDArray[np.int64]:
        """Return the row of a parameter of each subject; of OVR that of each record."""
        at, overall = self.codes.index(code), self.codes.index(OVR)
        if at < overall:
            return self.first[:-1] + at
        if at > overall:
            return self.first[1:] + at - len(self.codes)
        subject = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        return (len(self.codes) - 1) * subject + overall + np.arange(len(subject))


@dataclass(frozen=True, slots=True)
class AdrsRows:
    """What stands behind each row of ADRS; arrays of shape (rows,).

    Parameters
    ----------
    layout : Layout
        Where the rows stand.
    words : tuple of str
        The values of AVALC: ``WORDS``, and words of records that are no response.
    record : array of int32
        The record behind the row; -1: none.
    word : array of int16
        Position of AVALC in ``words``; -1: blank.
    """

    layout: Layout
    words: tuple[str, ...]
    record: NDArray[np.int32]
    word: NDArray[np.int16]

    @property
    def parameter(self) -> NDArray[np.int8]:
        """The position of PARAMCD in ``layout.codes``."""
        codes = self.layout.codes
        found = np.full(len(self.record), codes.index(OVR), np.int8)
        for at, code in enumerate(codes):
            if code != OVR:
                found[self.layout.rows_of(code)] = at
        return found

    def put(self, code: str, record: NDArray[np.int64], word: NDArray[np.int16]) -> None:
        """Write the records and values of one parameter."""
        rows = self.layout.rows_of(code)
        self.record[rows] = record
        self.word[rows] = word


def fill_rows(
    codes: Sequence[str],
    read: CalledRecords,
    found: CalledParameters,
    *,
    missing: bool,
    measurable: NDArray[np.int16] | None,
) -> AdrsRows:
    """Write which record and which value stand behind each row.

    Parameters
    ----------
    codes : sequence of str
        The parameters in order; MDIS is left out where ``measurable`` is none.
    read : CalledRecords
        The subjects with their deaths, and the records.
    found : CalledParameters
        The parameters.
    missing : bool
        Whether the best response of a subject without any record that counts is MISSING, as in
        the template; else it is what the code says, NE.
    measurable : array of int16, shape (subjects,), or None
        Measurable disease at baseline: ``YES``, ``NO``, or ``BLANK`` where nobody knows.
    """
    called = read.called
    layout = Layout(called.start, tuple(c for c in codes if c != MDIS or measurable is not None))
    count = int(layout.first[-1])
    words, said = _words_of_records(called.response, read.records["AVALC"])
    record, word = np.full(count, -1, np.int32), np.full(count, BLANK, np.int16)
    rows = AdrsRows(layout, words, record, word)
    order = order_of_rows(called, read.records["VISITNUM"])
    rows.put(OVR, order, said[order])
    for code, name in _FLAGS.items():
        behind = getattr(found, name)
        rows.put(code, behind, _yes_or_no(behind >= 0))
    for code, (name, rate) in _BESTS.items():
        behind, best = getattr(found, name), getattr(found, f"{name}_code")
        named = best.astype(np.int16) + _BEFORE_CODES
        rows.put(code, behind, np.where(behind < 0, _MISSING, named) if missing else named)
        responded = (best == Response.CR) | (best == Response.PR)
        rows.put(rate, np.where(responded, behind, -1), _yes_or_no(responded))
    rows.put("LSTA", found.last_assessment, np.append(said, BLANK)[found.last_assessment])
    nobody = np.full(called.patients, -1)
    rows.put("DEATH", nobody, _yes_or_no(read.subjects.died))
    if measurable is not None:
        rows.put(MDIS, nobody, measurable)
    return rows


def _yes_or_no(met: NDArray[np.bool_]) -> NDArray[np.int16]:
    return np.where(met, YES, NO).astype(np.int16)


def _words_of_records(
    response: NDArray[np.int8], spoken: pl.Series
) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Return all values of AVALC, and which one each record has.

    A record that counts nowhere keeps its word, be it a response (without a date) or not.
    """
    said = np.where(response > 0, response + _BEFORE_CODES, BLANK).astype(np.int16)
    uncounted = np.flatnonzero(response == Response.NONE)
    texts = spoken[uncounted].to_list()
    words = tuple(dict.fromkeys([*WORDS, *(text for text in texts if text is not None)]))
    positions = {word: at for at, word in enumerate(words)} | {None: BLANK}
    said[uncounted] = [positions[text] for text in texts]
    return words, said


def order_of_rows(called: CalledResponses, visit_number: pl.Series) -> NDArray[np.int64]:
    """Return the records in the order of their rows: those of one day by VISITNUM.

    Records of one day stand by RSSEQ, which decides between two alike; their rows by VISITNUM,
    then RSSEQ.
    """
    number = visit_number.fill_null(np.inf).to_numpy()
    owner = np.repeat(np.arange(called.patients), np.diff(called.start))
    same_day = (owner[1:] == owner[:-1]) & (called.day[1:] == called.day[:-1])
    every = np.arange(len(number))
    if not np.any(same_day & (number[1:] < number[:-1])):
        return every
    return np.lexsort((every, number, called.day, owner))
