"""Agreement of readers, and calls made by people, as Polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trialwright.response.compare.agreement import Agreement
    from trialwright.response.compare.collected_calls import CallComparison


def agreement_frame(agreements: Iterable[Agreement]) -> pl.DataFrame:
    """Return one row a pair of readers and level: agreement, kappa, what only one read.

    Parameters
    ----------
    agreements : iterable of Agreement
        ``analysis.agreement.agreements``.
    """
    rows = [
        {
            "level": one.level,
            "first": one.first,
            "second": one.second,
            "read_by_both": one.compared,
            "agreed": one.agreed,
            "agreement": one.share,
            "kappa": one.kappa,
            "only_first_read": one.only_first,
            "only_second_read": one.only_second,
        }
        for one in agreements
    ]
    frame = pl.DataFrame(rows, schema=_AGREEMENT)
    return frame.with_columns(pl.col("agreement", "kappa").fill_nan(None))


_AGREEMENT = {
    "level": pl.String,
    "first": pl.String,
    "second": pl.String,
    "read_by_both": pl.Int64,
    "agreed": pl.Int64,
    "agreement": pl.Float64,
    "kappa": pl.Float64,
    "only_first_read": pl.Int64,
    "only_second_read": pl.Int64,
}


def disagreements_frame(
    calls: CallComparison | None, agreements: Iterable[Agreement] = ()
) -> pl.DataFrame:
    """Return one row a disagreement: of people's calls with ours, and of two readers.

    Parameters
    ----------
    calls : CallComparison or None
        ``analysis.calls``.
    agreements : iterable of Agreement
        ``analysis.agreement.agreements``.

    Returns
    -------
    polars.DataFrame
        ``first`` and ``second`` name who called, ``first_call`` and ``second_call`` what;
        ``kind`` is empty for two readers, who may both be right.
    """
    rows = [*_call_rows(calls), *_reader_rows(agreements)]
    return pl.DataFrame(rows, schema=_DISAGREEMENTS)


def _call_rows(calls: CallComparison | None) -> Iterator[dict[str, object]]:
    for one in calls.disagreements if calls is not None else ():
        yield {
            "patient_id": one.patient_id,
            "visit": one.visit,
            "date": one.date,
            "part": one.part,
            "first": f"collected call, {one.reader or 'no reader named'}",
            "second": "Trialwright",
            "first_call": one.theirs,
            "second_call": one.ours,
            "kind": one.kind,
            "reason": one.sentence,
        }


def _reader_rows(agreements: Iterable[Agreement]) -> Iterator[dict[str, object]]:
    for pair in agreements:
        for one in pair.discordant:
            yield {
                "patient_id": one.patient_id,
                "visit": one.visit,
                "date": one.date,
                "part": "best_response" if one.visit is None else "overall",
                "first": pair.first,
                "second": pair.second,
                "first_call": one.first.label,
                "second_call": one.second.label,
                "kind": None,
                "reason": f"{pair.first}: {one.first_reason}. {pair.second}: {one.second_reason}",
            }


_DISAGREEMENTS = {
    "patient_id": pl.String,
    "visit": pl.String,
    "date": pl.Date,
    "part": pl.String,
    "first": pl.String,
    "second": pl.String,
    "first_call": pl.String,
    "second_call": pl.String,
    "kind": pl.String,
    "reason": pl.String,
}
