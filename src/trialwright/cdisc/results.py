"""TR: what each reader measured or saw of each lesion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import RESULT_TESTS, STATES
from trialwright.cdisc.lesions import LESION, role_of, test_kind
from trialwright.cdisc.sizes import measure

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

SCAN = (*LESION, "visit", "date")
_SIZES = ("longest", "short", "diameter")
_CHOSEN, _COUNTED, _OTHER = range(3)  # which diameter is taken first


def sort_tests(results: Domain, ledger: Ledger) -> tuple[Domain, Domain]:
    """Part TR into results of lesions and collected sums; leave out tests that are not read.

    Both have the column ``kind``. A sum is a result of no lesion and is never a measurement.
    """
    kind = test_kind("TRTESTCD", "TRTEST", dict(RESULT_TESTS)).alias("kind")
    frame = results.frame.with_columns(kind, pl.col("TRLNKID").alias("lesion"))
    nameless = pl.col("kind").is_null() & pl.col("TRTESTCD").is_null() & pl.col("TRTEST").is_null()
    why = "lesion {lesion}, visit {VISIT}: TRTESTCD is blank, so {TRORRES} is left out"
    mend = "write what was tested, such as LDIAM"
    ledger.leave_out_each(results, frame.filter(nameless), "sdtm.test_blank", why, mend)
    frame = frame.filter(~nameless)
    for (code,), rows in frame.filter(pl.col("kind").is_null()).group_by(
        pl.coalesce("TRTESTCD", "TRTEST"), maintain_order=True
    ):
        why = f"the test {code} is not read"
        ledger.leave_out(
            results, rows, "sdtm.test_unread", why, "nothing to do; RECIST does not use it"
        )
    sums = frame.filter(pl.col("kind") == "sum")
    ledger.use(results, sums, "sums (compared with ours)")
    of_lesions = frame.filter(pl.col("kind").is_in([*_SIZES, "state"]))
    unlinked = of_lesions.filter(pl.col("lesion").is_null())
    why = "{TRTESTCD} names no lesion (TRLNKID is blank), so it is left out"
    ledger.leave_out_each(results, unlinked, "sdtm.link_missing", why, "write the lesion's id")
    linked = of_lesions.filter(pl.col("lesion").is_not_null())
    return replace(results, frame=linked), replace(results, frame=sums)


def leave_out_undated(results: Domain, ledger: Ledger) -> Domain:
    """Leave out results without a full date, one finding a lesion's row."""
    undated = pl.col("date").is_null()
    ledger.leave_out_each(
        results,
        results.frame.filter(undated),
        "sdtm.date_unreadable",
        "lesion {lesion}, visit {VISIT}: TRDTC {TRDTC} is no full date, so the scan is left out",
        "write the full date, or say how partial dates are to be completed",
    )
    return replace(results, frame=results.frame.filter(~undated))


def read_values(results: Domain, lesions: pl.DataFrame, ledger: Ledger) -> Domain:
    """Add ``mm``, ``state``, ``role`` and ``node``; leave out what can be read as neither.

    Parameters
    ----------
    results : Domain
        Results of lesions, as ``sort_tests`` returns them.
    lesions : polars.DataFrame
        The lesions, with ``role`` and ``node``.
    ledger : Ledger
        Takes the findings.
    """
    known = lesions.unique(list(LESION), keep="first").select(*LESION, "role", "node")
    group = role_of("TRGRPID", "TRGRPID").alias("group")
    frame = results.frame.with_columns(group).join(
        known, on=list(LESION), how="left", nulls_equal=True, maintain_order="left"
    )
    _say_other_roles(results, frame, ledger)
    frame = frame.with_columns(
        pl.coalesce("role", "group").alias("role"), pl.col("node").fill_null(value=False)
    )
    frame = measure(results, frame, ledger)
    unread = pl.col("mm").is_null() & pl.col("state").is_null()
    ledger.leave_out_each(
        results,
        frame.filter(unread),
        "sdtm.result_unknown",
        "lesion {lesion}, {date}: {TRTESTCD} {TRORRES} is neither a size nor a known word",
        f"write a number, or one of {', '.join(STATES)}",
    )
    return replace(results, frame=frame.filter(~unread))


def choose_axis(results: Domain, ledger: Ledger) -> Domain:
    """Keep of each lesion and scan the one diameter that RECIST counts.

    The diameter that the source chose itself (DIAMETER); where it chose none, the longest
    diameter, of a lymph node the short axis. What is not kept is accounted for: the other axis,
    and an axis that DIAMETER repeats; one that DIAMETER contradicts has a finding.

    Source: RECIST 1.1 (Eisenhauer 2009), sections 3.1.1 and 3.2.
    """
    counted = pl.when("node").then(pl.lit("short")).otherwise(pl.lit("longest"))
    rank = (
        pl.when(pl.col("kind") == "diameter")
        .then(_CHOSEN)
        .when(pl.col("kind") == counted)
        .then(_COUNTED)
        .otherwise(_OTHER)
    )
    sizes = results.frame.filter(pl.col("kind").is_in(_SIZES)).with_columns(rank.alias("rank"))
    best = sizes.with_columns(pl.col("rank").min().over(SCAN).alias("best"))
    wrong = best.filter((pl.col("best") == _OTHER) & pl.col("mm").is_not_null())
    ledger.leave_out_each(
        results,
        wrong,
        "sdtm.axis_missing",
        "lesion {lesion}, {date}: only {TRTESTCD} was measured, which RECIST does not count",
        "measure the short axis of a lymph node, and the longest diameter of anything else",
    )
    best = best.join(wrong.select("row"), on="row", how="anti", maintain_order="left")
    kept = best.filter(pl.col("rank") == pl.col("best"))
    beside = best.filter(pl.col("rank") > pl.col("best"))
    why = "the axis that RECIST does not count (LPERP of a lesion, LDIAM of a lymph node)"
    others = beside.filter(pl.col("rank") == _OTHER)
    ledger.leave_out(results, others, "sdtm.other_axis", why, "nothing to do")
    _compare_choice(results, kept, beside.filter(pl.col("rank") == _COUNTED), ledger)
    states = results.frame.filter(pl.col("kind") == "state")
    return replace(results, frame=_add_states(results, kept, states, ledger))


def make_measurements(results: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the table ``measurements``."""
    ledger.use(results, results.frame, "measurements")
    return results.frame.sort("row").select(
        pl.col("USUBJID").alias("patient_id"),
        "reader",
        pl.col("lesion").alias("lesion_id"),
        "visit",
        pl.col("date").alias("scan_date"),
        pl.col("mm").alias("diameter_mm"),
        "state",
        pl.col("TRMETHOD").alias("method"),
        pl.col("row").alias("source_row"),
    )


def _compare_choice(
    results: Domain, chosen: pl.DataFrame, axes: pl.DataFrame, ledger: Ledger
) -> None:
    """Compare the axis that RECIST counts with the diameter that the source chose (DIAMETER)."""
    choice = chosen.select(*SCAN, pl.col("mm").alias("chosen")).unique(list(SCAN), keep="first")
    both = axes.join(choice, on=list(SCAN), how="left", nulls_equal=True, maintain_order="left")
    same = pl.col("mm").eq_missing(pl.col("chosen"))
    why = "DIAMETER repeats the axis that RECIST counts"
    ledger.leave_out(results, both.filter(same), "sdtm.restated", why, "nothing to do")
    for _, rows in both.filter(~same).group_by("USUBJID", maintain_order=True):
        first = rows.row(0, named=True)
        why = (
            "DIAMETER, the choice of the source, counts; it is not the axis that the place of the "
            f"lesion asks for (first: lesion {first['lesion']}, {first['date']}, DIAMETER "
            f"{first['chosen']} mm, {first['TRTESTCD']} {first['mm']} mm)"
        )
        mend = "correct the diameter, or the place of the lesion"
        ledger.leave_out(results, rows, "sdtm.diameters_differ", why, mend)


def _add_states(
    results: Domain, sizes: pl.DataFrame, states: pl.DataFrame, ledger: Ledger
) -> pl.DataFrame:
    """Join a state to the size of the same lesion and scan; ``present`` adds nothing to a size."""
    key = list(SCAN)
    sized = sizes.select(key).unique()
    beside = states.join(sized, on=key, how="semi", nulls_equal=True, maintain_order="left")
    alone = states.join(sized, on=key, how="anti", nulls_equal=True, maintain_order="left")
    says_more = pl.when(pl.col("state") != "present").then("state").alias("beside")
    more = beside.select(*key, says_more).unique(key, keep="first")
    joined = sizes.join(more, on=key, how="left", nulls_equal=True, maintain_order="left")
    joined = joined.with_columns(pl.coalesce("state", "beside").alias("state"))
    why = "a state beside a size of the same lesion and scan; it is written to the same row"
    ledger.leave_out(results, beside, "sdtm.restated", why, "nothing to do")
    return pl.concat([joined.select(states.columns), alone])


def _say_other_roles(results: Domain, frame: pl.DataFrame, ledger: Ledger) -> None:
    differ = frame.filter(pl.col("role") != pl.col("group"))
    for (patient, lesion), rows in differ.group_by("USUBJID", "lesion", maintain_order=True):
        why = f"patient {patient}, lesion {lesion} is {rows['role'][0]} in TU and in TR another"
        ledger.say(results, rows, "sdtm.role_differs", why, "correct TRGRPID or TUSTRESC")
