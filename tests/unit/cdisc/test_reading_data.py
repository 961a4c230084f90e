"""What the command line reads: SDTM where the folder holds it, else a data set of ours."""

from __future__ import annotations

import pytest
from sdtm_domains import DM, result, tumour, write_domain

from trialwright.cli.reading import read_data
from trialwright.errors import DataError


@pytest.fixture
def sdtm(tmp_path):
    for name, row in (("dm", DM), ("tu", tumour("T01")), ("tr", result("T01", 31, day="2024-01"))):
        write_domain(tmp_path / f"{name}.csv", [row])
    return tmp_path


@pytest.fixture
def ours(tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id\nP1\n", encoding="utf-8")
    return tmp_path


def test_a_folder_of_domains_is_read_as_sdtm_with_the_options(sdtm):
    assert read_data(sdtm).measurements.is_empty()
    completed = read_data(sdtm, data_set="", partial_dates="first_day")
    assert completed.measurements["diameter_mm"].to_list() == [31.0]


def test_a_folder_of_our_tables_is_read_as_before(ours):
    assert read_data(ours).patients["patient_id"].to_list() == ["P1"]


@pytest.mark.parametrize("option", [{"data_set": "onco"}, {"partial_dates": "last_day"}])
def test_options_of_sdtm_are_refused_for_other_data(ours, option):
    with pytest.raises(DataError, match="holds no SDTM domains"):
        read_data(ours, **option)


def test_a_sheet_is_refused_for_sdtm(sdtm):
    with pytest.raises(DataError, match="leave --sheet out"):
        read_data(sdtm, "Study1")
