"""Hy's law against ADLBHY of the CDISC pilot, as admiral's template derives it.

Every row: whether ALT and AST reach 3 times and bilirubin 2 times the upper limit (CRIT1FL). Every
subject: whether one is a candidate (HYSLAW: the template asks for a bilirubin at most 14 days after
the transaminase, and joins the two by study day, so in effect for the same day). The file holds no
alkaline phosphatase, so no verdict can be complete.
"""

from __future__ import annotations

import polars as pl
import pytest

from trialwright.dataset import Dataset
from trialwright.safety.course import gather_courses
from trialwright.safety.liver import LiverSample, edish_points, find_hys_law, reaches_multiple

pytestmark = pytest.mark.shared
ANALYTES = {
    "ALT": "alanine aminotransferase",
    "AST": "aspartate aminotransferase",
    "BILI": "bilirubin",
}
LINES = {"ALT": 3.0, "AST": 3.0, "BILI": 2.0}
TEMPLATE_DAYS = 14


@pytest.fixture(scope="module")
def adlbhy(shared):
    frame = pl.read_csv(
        shared / "data" / "adam" / "adlbhy.csv", null_values=["", "NA"], infer_schema_length=None
    )
    return frame.with_columns(pl.col("ADT").str.to_date())


def test_every_row_reaches_its_line_or_not(adlbhy):
    rows = adlbhy.filter(pl.col("PARAMCD").is_in(list(LINES))).rows(named=True)
    ours = []
    for row in rows:
        value, limit = float(row["AVAL"]), float(row["ANRHI"])
        sample = LiverSample(ANALYTES[row["PARAMCD"]], row["ADT"], value, limit)
        ours.append("Y" if reaches_multiple(sample, LINES[row["PARAMCD"]], 15) else "N")
    assert ours == [row["CRIT1FL"] for row in rows]
    assert (len(ours), ours.count("Y")) == (240, 16)


@pytest.fixture(scope="module")
def read(adlbhy, crclm_study):
    """Return the graded frame and a treatment of each subject; study day 1 is the first."""
    rows = adlbhy.filter(pl.col("PARAMCD").is_in(list(LINES)))
    first = (
        rows.filter(pl.col("ADY") > 0)
        .group_by("USUBJID", maintain_order=True)
        .agg((pl.col("ADT") - pl.duration(days=pl.col("ADY") - 1)).first().alias("start_date"))
    )
    graded = rows.select(
        pl.col("USUBJID").alias("patient_id"),
        pl.col("PARAMCD").replace_strict(ANALYTES).alias("analyte"),
        pl.col("ADT").alias("sample_date"),
        pl.col("AVAL").cast(pl.Float64).alias("standard_value"),
        pl.col("ANRHI").cast(pl.Float64).alias("standard_upper"),
        (pl.col("AVAL") / pl.col("ANRHI")).alias("upper_ratio"),
        pl.lit(None, pl.Float64).alias("baseline"),
        pl.lit(None, pl.Int64).alias("days_after_ablation"),
        pl.lit(value=False).alias("procedural"),
    )
    doses = first.select(
        pl.col("USUBJID").alias("patient_id"),
        "start_date",
        drug=pl.lit("drug"),
        dose_mg=pl.lit(1.0),
    )
    data = Dataset.create({"doses": doses}, source="admiral")
    return graded, data, crclm_study, gather_courses(data, crclm_study)


@pytest.mark.parametrize("window", [TEMPLATE_DAYS, 30])
def test_every_subject_is_a_candidate_or_not(adlbhy, read, settle, window):
    graded, data, study, courses = read
    found = find_hys_law(graded, data, settle(study, safety__liver_window_days=window), courses)
    flags = dict(adlbhy.filter(PARAMCD="HYSLAW").select("USUBJID", "AVALC").iter_rows())
    assert {subject for subject, flag in flags.items() if flag == "Y"} == {
        one.patient_id for one in found
    }
    assert (len(flags), len(found)) == (11, 1)
    (one,) = found
    assert one.bucket == "not known"
    assert (one.transaminase.name, str(one.transaminase.date), one.days_apart) == (
        "AST", "2014-01-23", 0,
    )  # fmt: skip


def test_the_candidate_is_the_point_in_the_upper_right(read):
    graded, _, study, courses = read
    points = edish_points(graded, courses, study)
    right = points.filter(quadrant="potential Hy's law")
    assert right["patient_id"].to_list() == ["01-705-1186"]
    assert points["quadrant"].null_count() == 0
