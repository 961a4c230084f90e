"""Exposure against admiral: its test tables where they fit, and ADEX of the CDISC pilot.

Of ``table_admiral_tests.json`` fit:

- ``derive_var_trtdurd`` (1 of 1) and ``compute_duration`` (1 of 22): days from first to last,
  plus one. The other durations are ages, fractions, hours, months and weeks, of which exposure has
  none.
- ``derive_param_doseint``: the one row of 52 units given with 96 planned. The others plan 0 or
  nothing, or give nothing: a study plans a dose above 0, and a drug that was never given has no
  time of treatment, so its intensity is missing here and 0 there.
- ``derive_param_exposure`` (2 of 2): first and last day of a subject, and whether the dose was
  adjusted. There the adjustment is an input, here it is read from the doses.

ADEX: duration, dose, planned dose and intensity of the whole study for each of 168 subjects on
active treatment: all four equal for 162. Four have a last row without an end, which ADEX leaves
out and we count on its first day. For two the doses of ADEX are not those of EX: the upstream
template sets the dose of three rows to 0, to have an adjustment to show.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import pytest

from planned_drugs import exposure_of, plan
from trialwright.dataset import Dataset
from trialwright.safety.exposure import derive_exposure

pytestmark = pytest.mark.shared
FIXED = {"cycle_days": 1, "days_given": 1}  # given every day


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases" / "table_admiral_tests.json").read_text())


def doses_of(rows, drug="XANOMELINE"):
    columns = {"patient_id": pl.String, "start_date": pl.Date, "end_date": pl.Date,
               "dose_mg": pl.Float64}  # fmt: skip
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(drug=pl.lit(drug))
    return Dataset.create({"doses": frame}, source="admiral")


def every_day(study, dose_mg=54.0):
    return plan(study, "XANOMELINE", dose_mg, **FIXED)


def test_duration_of_treatment(cases, crclm_study):
    (case,) = cases["derive_var_trtdurd"]
    (row,) = case["expected"]["table"]["rows"]
    start, end = (date.fromisoformat(row[name]) for name in ("TRTSDT", "TRTEDT"))
    found = exposure_of(doses_of([("S", start, end, 54.0)]), every_day(crclm_study), "XANOMELINE")
    assert found["duration_days"] == row["TRTDURD"] == 55


def test_relative_days(cases, crclm_study):
    fitting = [case for case in cases["compute_duration"] if len(case["inputs"]) == 2]
    assert (len(fitting), len(cases["compute_duration"])) == (1, 22)
    (case,) = fitting
    start, end = (
        date.fromisoformat(case["inputs"][name][:10]) for name in ("start_date", "end_date")
    )
    found = exposure_of(doses_of([("S", start, end, 54.0)]), every_day(crclm_study), "XANOMELINE")
    assert found["duration_days"] == case["expected"] == 19


def test_dose_intensity(cases, crclm_study):
    compared = 0
    for case in cases["derive_param_doseint"]:
        rows = case["expected"]["table"]["rows"]
        by = {(row["USUBJID"], row["VISIT"], row["PARAMCD"]): row["AVAL"] for row in rows}
        for (subject, visit, name), percent in by.items():
            given, planned = (by.get((subject, visit, code)) for code in ("TNDOSE", "TSNDOSE"))
            if name == "TNDOSINT" and given and planned:
                data = doses_of([("S", date(2026, 1, 5), date(2026, 1, 5), float(given))])
                found = exposure_of(data, every_day(crclm_study, float(planned)), "XANOMELINE")
                assert 100 * found["relative_dose_intensity"] == pytest.approx(percent, rel=1e-13)
                compared += 1
    assert compared == 2  # once a test table


def test_first_and_last_day_and_adjustment(cases, crclm_study):
    compared = 0
    for case in cases["derive_param_exposure"]:
        given = [
            (row["USUBJID"], *(date.fromisoformat(row[name]) for name in ("ASTDT", "AENDT")),
             float(row["AVAL"]))
            for row in case["inputs"]["dataset_add"]["table"]["rows"]
            if row["PARAMCD"] == "DOSE"
        ]  # fmt: skip
        found = derive_exposure(doses_of(given), every_day(crclm_study, 80.0))
        by_subject = {row["patient_id"]: row for row in found.iter_rows(named=True)}
        for row in case["expected"]["table"]["rows"]:
            if row["PARAMCD"] == "TADJ":
                ours = by_subject[row["USUBJID"]]
                assert [str(ours["first_dose"]), str(ours["last_dose"])] == [
                    row["ASTDT"], row["AENDT"],
                ]  # fmt: skip
                assert (ours["reductions"] > 0) is (row["AVALC"] == "Y")
                compared += 1
    assert compared == 4


@pytest.fixture(scope="module")
def pilot(shared, crclm_study):
    """Return our exposure beside ADEX, one row a subject on active treatment."""
    adex = pl.read_parquet(shared / "data" / "adam" / "adex.parquet").filter(PARCAT1="OVERALL")
    wide = adex.filter(pl.col("PARAMCD").is_in(["TDURD", "TDOSE", "TPDOSE", "TDOSINT"])).pivot(
        "PARAMCD", index="USUBJID", values="AVAL"
    )
    numbers = wide.with_columns(pl.exclude("USUBJID").cast(pl.Float64))
    found = derive_exposure(doses_of(_exposure_rows(shared)), every_day(crclm_study))
    return found.join(numbers, left_on="patient_id", right_on="USUBJID", how="left")


def _exposure_rows(shared):
    ex = pl.read_csv(shared / "data" / "sdtm" / "ex.csv", null_values=["", "NA"])
    active = ex.filter(pl.col("EXTRT") != "PLACEBO").with_columns(
        pl.col("EXSTDTC", "EXENDTC").str.to_date("%Y-%m-%d", strict=False)
    )
    return active.select("USUBJID", "EXSTDTC", "EXENDTC", pl.col("EXDOSE").cast(pl.Float64)).rows()


WITHOUT_END = {"01-705-1031", "01-705-1303", "01-705-1377", "01-705-1382"}
SET_TO_ZERO = {"01-701-1034", "01-701-1148"}


def test_adex_of_the_pilot(pilot):
    rest = pilot.filter(~pl.col("patient_id").is_in([*WITHOUT_END, *SET_TO_ZERO]))
    assert (pilot.height, rest.height) == (168, 162)
    assert rest["duration_days"].to_list() == rest["TDURD"].to_list()
    assert rest["cumulative_mg"].to_list() == rest["TDOSE"].to_list()
    assert rest["planned_mg"].to_list() == rest["TPDOSE"].to_list()
    percent = (100 * rest["relative_dose_intensity"]).to_list()
    assert percent == pytest.approx(rest["TDOSINT"].to_list(), rel=1e-13)


def test_rows_without_an_end_count_their_first_day(pilot):
    opened = pilot.filter(pl.col("patient_id").is_in(sorted(WITHOUT_END)))
    assert opened["notes"].str.contains("has no end: its first day is counted").all()
    assert (opened["duration_days"] - opened["TDURD"]).to_list() == [1.0] * 4


def test_doses_that_the_template_sets_to_zero(pilot):
    changed = pilot.filter(pl.col("patient_id").is_in(sorted(SET_TO_ZERO)))
    assert changed["duration_days"].to_list() == changed["TDURD"].to_list()
    assert changed["planned_mg"].to_list() == changed["TPDOSE"].to_list()
    assert changed["cumulative_mg"].to_list() == [15 * 54 + 155 * 81 + 13 * 54, 14040.0]


def test_a_cycle_by_hand(crclm_study):
    """Domain section 7.5: 80 mg on 21 of 28 days are 1,680 mg a cycle."""
    rows = [("S", date(2026, 1, 5) + timedelta(28 * n), date(2026, 1, 25) + timedelta(28 * n), 80.0)
            for n in range(3)]  # fmt: skip
    found = exposure_of(doses_of(rows, "Regorafenib"), plan(crclm_study))
    assert (found["cumulative_mg"], found["planned_mg"]) == (3 * 1680.0, 3 * 1680.0)
    assert (found["duration_days"], found["dose_intensity_mg_per_week"]) == (84, 420.0)
