"""ADTR of the RECIST teaching set against the one that admiralonco 1.4.0 makes, cell by cell.

Source: pharmaverseadam ``adtr_onco`` (Apache-2.0, synthetic), 181 rows and 99 variables, made by
the template ``ad_adtr`` of ``tu_onco_recist``, ``tr_onco_recist`` and ``rs_onco_recist``. Every
cell is equal. What our own reading says of the same scans differs, and is asserted here;
``docs/adam-comparison.md`` explains it.
"""

from __future__ import annotations

import polars as pl
import pytest
from adam_cells import as_text, compare_cells

from trialwright.cdisc import read_sdtm
from trialwright.cdisc.adam.adsl import ADSL_DOMAINS, adsl_from_sdtm
from trialwright.cdisc.adam.adtr import ADTR_DOMAINS, adtr, adtr_from_sdtm, check_adtr_domains
from trialwright.cdisc.adam.source import read_domains
from trialwright.cdisc.files import read_table
from trialwright.response import assess_patient, gather_scans
from written_scans import STRICT

pytestmark = pytest.mark.shared

INCOMPLETE = {("01-701-1015", "WEEK 6"), ("01-701-1028", "WEEK 6"), ("01-701-1118", "WEEK 9")}


@pytest.fixture(scope="module")
def adsl(shared):
    return adsl_from_sdtm(read_domains(shared / "data/sdtm", ADSL_DOMAINS))


@pytest.fixture(scope="module")
def domains(shared):
    return read_domains(shared / "data/sdtm", ADTR_DOMAINS, data_set="onco_recist")


@pytest.fixture(scope="module")
def theirs(shared):
    return read_table(shared / "data/adam/adtr_onco.csv")


def test_every_cell_equals_the_reference(adsl, domains, theirs):
    merged = [name for name in adsl.columns if name in theirs.columns]
    assert len(merged) == 54  # all but BRTHDTC
    ours = adtr_from_sdtm(domains, adsl, adsl_variables=merged)
    assert set(ours.columns) == set(theirs.columns)
    compared = compare_cells(ours, theirs, ("USUBJID", "ASEQ"))
    assert (compared.rows, compared.variables, compared.cells) == (181, 99, 17_919)
    assert compared.differing == []


def test_without_variables_of_adsl_the_same_rows_carry_the_reference_day_alone(adsl, domains):
    ours = adtr_from_sdtm(domains, adsl)
    assert ours.columns[:3] == ["STUDYID", "USUBJID", "RANDDT"]
    assert ours.shape == (181, 3 + 45)


def test_the_source_has_nothing_to_find(adsl, domains):
    assert check_adtr_domains(domains, adsl) == ()


def test_our_reading_of_the_same_scans_differs_only_in_sums_that_lack_a_lesion(
    shared, adsl, domains
):
    dataset = read_sdtm(shared / "data/sdtm", data_set="onco_recist", partial_dates="first_day")
    responses = {
        one.patient_id: assess_patient(one, STRICT)
        for one in gather_scans(dataset, reader="investigator")
    }
    read = _sums(adtr(dataset, responses, adsl))
    counted = _sums(adtr_from_sdtm(domains, adsl))
    assert read.keys() == counted.keys()
    assert len(read) == 25
    differ = {
        key: (read[key], row)
        for key, row in counted.items()
        if any(as_text(read[key][name]) != as_text(value) for name, value in row.items())
    }
    assert differ.keys() == INCOMPLETE
    for mine, admirals in differ.values():
        assert mine["AVAL"] is None
        assert mine["CHG"] is None
        assert admirals["AVAL"] is not None
        assert admirals["ANL01FL"] is None
        same = ("ADT", "ADY", "BASE", "NADIR", "PDFL", "ANL01FL", "ANL03FL", "ANL04FL", "LSASS")
        assert {name: mine[name] for name in same} == {name: admirals[name] for name in same}


def _sums(frame):
    names = ("ADT", "ADY", "AVAL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ABLFL",
             "PDFL", "ANL01FL", "ANL02FL", "ANL03FL", "ANL04FL", "LSEXP", "LSASS")  # fmt: skip
    rows = frame.filter(pl.col("PARAMCD") == "SDIAM").iter_rows(named=True)
    return {(row["USUBJID"], row["AVISIT"]): {name: row[name] for name in names} for row in rows}
