"""ADSL of the CDISC pilot against the one that admiral 1.4.1 makes of it, cell by cell.

Source: pharmaverseadam ``adsl`` (Apache-2.0, synthetic), 306 subjects and 55 variables, made by
the template ``ad_adsl``. Every cell is equal. Where the template's rule and not our reading of
it is to be disputed, a warning says so: those are asserted here, and explained in
``docs/adam-comparison.md``.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from adam_cells import compare_cells

from trialwright.cdisc.adam.adsl import ADSL_DOMAINS, adsl_from_sdtm, check_adsl_domains
from trialwright.cdisc.adam.source import read_domains
from trialwright.cdisc.adam.variables import read_variables
from trialwright.cdisc.files import read_table

pytestmark = pytest.mark.shared

# The template ends treatment before a dose that has no end.
OPEN_EXPOSURE = {
    "01-704-1233": (date(2013, 4, 4), date(2013, 4, 5)),
    "01-705-1031": (date(2013, 12, 18), date(2013, 12, 19)),
    "01-705-1303": (date(2013, 12, 30), date(2013, 12, 31)),
    "01-705-1377": (date(2014, 1, 25), date(2014, 1, 26)),
}
NO_END_AT_ALL = {"01-705-1018", "01-705-1382"}


@pytest.fixture(scope="module")
def domains(shared):
    return read_domains(shared / "data/sdtm", ADSL_DOMAINS)


@pytest.fixture(scope="module")
def ours(domains):
    return adsl_from_sdtm(domains)


def test_every_cell_equals_the_reference(shared, ours):
    theirs = read_table(shared / "data/adam/adsl.csv")
    assert ours.columns == theirs.columns
    assert ours["USUBJID"].to_list() == theirs["USUBJID"].to_list()
    compared = compare_cells(ours, theirs, ("USUBJID",))
    assert (compared.rows, compared.variables, compared.cells) == (306, 55, 16_830)
    assert compared.differing == []


def test_the_variables_are_dates_numbers_and_texts(ours):
    listed = read_variables("ADSL").columns("from_sdtm")
    assert ours.schema == {one.name: one.polars_type for one in listed}
    dated = [name for name, kind in ours.schema.items() if kind == pl.Date]
    assert dated == ["SCRFDT", "FRVDT", "TRTSDT", "TRTEDT", "EOSDT", "RANDDT", "LSTALVDT", "DTHDT"]


def test_a_dose_without_an_end_is_a_warning_because_treatment_seems_to_end_before_it(domains, ours):
    found = [one for one in check_adsl_domains(domains) if one.rule == "adam.exposure_open"]
    assert {one.patient for one in found} == OPEN_EXPOSURE.keys() | NO_END_AT_ALL
    ends = dict(ours.select("USUBJID", "TRTEDT").iter_rows())
    starts = domains["EX"].filter(pl.col("EXENDTC").is_null())
    began = dict(starts.select("USUBJID", pl.col("EXSTDTC").str.to_date()).iter_rows())
    assert {one: (ends[one], began[one]) for one in OPEN_EXPOSURE} == OPEN_EXPOSURE
    assert all(ends[one] is None for one in NO_END_AT_ALL)


def test_the_last_day_alive_may_lie_before_the_first_dose_and_is_a_warning(domains, ours):
    found = [one for one in check_adsl_domains(domains) if one.rule == "adam.end_before_start"]
    assert {one.patient for one in found} == NO_END_AT_ALL
    early = ours.filter(pl.col("LSTALVDT") < pl.col("TRTSDT"))
    assert set(early["USUBJID"]) == NO_END_AT_ALL


def test_nothing_else_is_wrong_with_the_source(domains):
    assert {one.rule for one in check_adsl_domains(domains)} == {
        "adam.exposure_open",
        "adam.end_before_start",
    }
