"""ADEX of SDTM: intervals, totals, and what cannot be added up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_domains import adsl, domains, dose

from trialwright.cdisc.adam.adex import StudyPart, adex_from_sdtm, check_adex_domains
from trialwright.errors import DataError

FIRST = dose(1, 14, "80", EXPLDOS="100", VISIT="BASELINE")
SECOND = dose(15, 24, "120", EXPLDOS="100", VISIT="WEEK 2", EXADJ="ADVERSE EVENT")


def made(*rows, **options):
    return adex_from_sdtm(domains(ex=rows), adsl(), **options)


def values(frame, name="AVAL"):
    return {row["PARAMCD"]: row[name] for row in frame.iter_rows(named=True)}


def test_totals_add_up_the_intervals():
    total = values(made(FIRST, SECOND))
    assert (total["TDURD"], total["TDOSE"], total["TPDOSE"]) == (24, 14 * 80 + 10 * 120, 2400)
    assert total["AVDDSE"] == pytest.approx(2320 / 24)
    assert total["TDOSINT"] == pytest.approx(2320 / 2400 * 100)


def test_each_interval_has_its_rows_and_adjustments_are_marked():
    frame = made(FIRST, SECOND)
    assert frame["PARAMCD"].to_list() == [
        *("DURD", "DOSE", "PLDOSE", "ADJ", "ADJAE") * 2,
        "TDURD", "TDOSE", "AVDDSE", "TPDOSE", "TADJ", "TADJAE", "TDOSINT",
    ]  # fmt: skip
    adjusted = frame.filter(frame["AVALC"] == "Y")["PARAMCD"].to_list()
    assert adjusted == ["ADJ", "ADJAE", "TADJ", "TADJAE"]
    assert frame["ASEQ"].to_list() == list(range(1, 18))


def test_without_planned_doses_there_is_no_intensity():
    codes = set(made(dose(1, 14))["PARAMCD"])
    assert codes == {"DURD", "DOSE", "ADJ", "ADJAE", "TDURD", "TDOSE", "AVDDSE", "TADJ", "TADJAE"}


def test_a_part_of_the_study_has_its_own_totals():
    part = StudyPart("WEEK 2-24", "W2-W24", ("WEEK 2", "WEEK 24"))
    frame = made(FIRST, SECOND, part=part)
    total = values(frame)
    assert (total["PDURD"], total["PDOSE"], total["PAVDDSE"]) == (10, 1200, 120)
    assert values(frame, "PARAM")["PDOSE"] == "Total dose administered in W2-W24 (mg)"
    assert not {"PDURD"} & set(made(FIRST, part=part)["PARAMCD"])  # no interval, no row


def test_durations_fall_into_their_category():
    for last, word in ((29, "< 30 days"), (30, ">= 30 and < 90 days"), (90, ">= 90 days")):
        assert values(made(dose(1, last)), "AVALCAT1")["TDURD"] == word


def test_a_total_with_an_interval_without_an_end_is_blank_and_a_warning():
    rows = (dose(1, 14), dose(15, None))
    total = values(made(*rows))
    assert (total["TDURD"], total["TDOSE"], total["AVDDSE"]) == (None, None, None)
    assert total["DOSE"] is None  # of the open interval, which is the last
    found = check_adex_domains(domains(ex=rows), adsl())
    assert [one.rule for one in found] == ["adam.exposure_open"]


def test_several_doses_a_day_count_as_such_and_unknown_days_leave_the_dose_blank():
    assert values(made(dose(1, 10, "20", EXDOSFRQ="BID")))["TDOSE"] == 400
    assert values(made(dose(1, 1, "240", EXDOSFRQ="Q3W")))["TDOSE"] == 240
    rare = dose(1, 10, "240", EXDOSFRQ="Q3W")
    assert values(made(rare))["TDOSE"] is None
    assert values(made(rare))["TDURD"] == 10
    found = check_adex_domains(domains(ex=[rare]), adsl())
    assert [one.rule for one in found] == ["adam.dose_days_unknown"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([dose(1, 2), dose(3, 4, EXTRT="OTHER")], "adam.doses_mixed"),
        ([dose(1, 2, EXDOSU="mL")], "adam.dose_unit"),
        ([dose(1, 2, EXDOSU=None)], "adam.dose_unit"),
        ([dose(1, 2, USUBJID="S-99")], "adam.subject_unknown"),
    ],
)
def test_doses_that_cannot_be_added_up_are_errors(rows, rule):
    with pytest.raises(DataError) as refused:
        made(*rows)
    assert rule in {finding.rule for finding in refused.value.findings}


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 200)), min_size=1, max_size=5))
def test_totals_do_not_depend_on_how_a_treatment_is_cut_into_intervals(spans):
    rows, at = [], 1
    for days, amount in spans:
        rows.append(dose(at, at + days - 1, str(amount)))
        at += days
    daily = [
        dose(n, n, row["EXDOSE"])
        for row, (days, _), start in zip(
            rows, spans, [sum(d for d, _ in spans[:i]) + 1 for i in range(len(spans))], strict=True
        )
        for n in range(start, start + days)
    ]
    whole, cut = values(made(*rows)), values(made(*daily))
    assert (whole["TDURD"], whole["TDOSE"]) == (cut["TDURD"], cut["TDOSE"])
    assert whole["TDURD"] == at - 1
