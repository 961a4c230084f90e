"""Target responses of a public data set that took progression from baseline, not from nadir.

The set (pharmaversesdtm ``tr_onco`` and ``rs_onco``, Apache-2.0, synthetic) says of itself
that the nadir was not used. Read strictly by RECIST 1.1 from the sums it holds, our calls
differ from its own at 169 of 1,899 visits (1,896 if unscheduled visits of one name are taken
for one), each time because the sum had grown 20 % and 5 mm over the nadir of that reader
(``reference/peers.md`` of the shared inputs, finding 5).

The visits are taken in the order of VISITNUM, as the source does. One unscheduled visit is numbered
after a scan that was made later; in the order of dates, which RECIST needs, it is 168
(``test_sdtm_onco.py``).
"""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl
import pytest

from trialwright.response import Response, recist

READER = ("USUBJID", "EVAL", "EVALID")


def _visits(frame, domain):
    """Return one row a reader and visit; two unscheduled visits may share a name, not a day."""
    return frame.select(
        "USUBJID",
        pl.col(f"{domain}EVAL").alias("EVAL"),
        pl.col(f"{domain}EVALID").fill_null("").alias("EVALID"),
        pl.col("VISITNUM").cast(pl.Float64),
        pl.col(f"{domain}DTC").alias("DTC"),
        pl.col(f"{domain}STRESC").alias("result"),
    )


@pytest.mark.shared
def test_calls_differ_exactly_where_the_source_ignored_the_nadir(shared):
    sdtm = shared / "data" / "sdtm"
    sums = pl.read_parquet(sdtm / "tr_onco.parquet").filter(pl.col("TRTESTCD") == "SUMDIAM")
    said = pl.read_csv(sdtm / "rs_onco.csv", infer_schema=False)
    said = _visits(said.filter(pl.col("RSTESTCD") == "TRGRESP"), "RS")
    theirs = {row[:-1]: row[-1] for row in said.iter_rows()}
    by_reader = defaultdict(list)
    for row in _visits(sums, "TR").sort(*READER, "VISITNUM", "DTC").iter_rows():
        by_reader[row[:3]].append((row[:-1], float(row[-1])))
    differ = Counter()
    compared = 0
    for course in by_reader.values():
        # The sum stands for the lesions; no reader knows what another saw.
        (_, baseline), *later = course
        state = recist.start(recist.Targets(baseline, 0, 1), lesions=1)
        for number, (visit, total) in enumerate(later, 1):
            targets = recist.Targets(total, 0, int(total > 0))
            call, _ = recist.read_targets(state, targets, persistent=False)
            state, _ = recist.step(state, number, targets, Response.NONE, False, False)
            state = state._replace(complete_response=False)  # the source knows no relapse rule
            compared += 1
            if theirs[visit] != call.name:
                differ[theirs[visit], call.name] += 1
    assert compared == len(theirs) == 1899
    assert differ == {("SD", "PD"): 100, ("PR", "PD"): 69}
