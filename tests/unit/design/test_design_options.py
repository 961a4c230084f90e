"""Options that every verb of `trialwright design` reads alike: what is refused, and the mend."""

from __future__ import annotations

import pytest
from typer import BadParameter

from trialwright.cli.design.reading import (
    check_rate,
    check_within,
    choose_named,
    choose_size,
    read_counts,
    read_numbers,
    read_rates,
    read_whole_numbers,
    refuse_beside,
)
from trialwright.cli.design.show import Shown, _fits, _in_blocks
from trialwright.report.design import Wording


def test_numbers_are_read_with_commas_or_spaces() -> None:
    assert read_numbers("--looks", " 10, 20 29 ") == (10, 20, 29)
    assert read_whole_numbers("--looks", "10,20.0") == (10, 20)
    assert read_rates("--rates", "0,0.5 1") == (0, 0.5, 1)
    assert read_counts("--response", "1/10, 5/29") == ((1, 10), (5, 29))


@pytest.mark.parametrize("written", ["", " , ", "ten", "10;20", "inf", "nan"])
def test_what_is_no_number_is_refused_by_the_name_of_the_option(written: str) -> None:
    with pytest.raises(BadParameter, match=r"--looks must be numbers of patients.*such as 15,10"):
        read_whole_numbers("--looks", written, such_as="15,10")


def test_half_a_patient_is_refused() -> None:
    with pytest.raises(BadParameter, match="--looks must be whole numbers of patients"):
        read_whole_numbers("--looks", "2.5,5")


def test_a_percentage_is_told_how_to_be_written() -> None:
    with pytest.raises(BadParameter, match=r"--p0 must be from 0 to 1, not 10; for 10 % write 0.1"):
        check_rate("--p0", 10)
    with pytest.raises(BadParameter, match=r"--p0 must be from 0 to 1, not -1$"):
        check_rate("--p0", -1)
    with pytest.raises(BadParameter, match=r"--lambda must be strictly .* not 2$"):
        check_within("--lambda", 2)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "must be written as K/N"),
        ("1-10", "must be written as K/N"),
        ("11/10", "11 of 10 cannot be"),
        ("1/1001", "more than the 1000"),
        ("0/5", "at least 0 of 5 is true of every trial; give 1 or more"),
    ],
)
def test_counts_that_cannot_be_are_refused(written: str, message: str) -> None:
    with pytest.raises(BadParameter, match=message):
        read_counts("--toxicity", written, least=1)


def test_a_design_is_chosen_by_kind_or_bounds() -> None:
    designs = [("minimax", "1/15 5/25", "a"), ("optimal and balanced", "1/10 5/29", "b")]
    assert choose_named("1/15, 5/25", designs, []) == "a"
    assert choose_named("optimal", designs, []) == "b"
    with pytest.raises(BadParameter, match="--choose 'best': none of a, b"):
        choose_named("best", designs, ["a", "b"])


def test_a_size_from_which_every_larger_one_works_may_not_be_known() -> None:
    assert choose_size(25, 30, wants_stable=True, looked_to=100) == 30
    assert choose_size(25, None, wants_stable=False, looked_to=100) == 25
    with pytest.raises(BadParameter, match=r"up to 100 patients.*raise --most-patients"):
        choose_size(25, None, wants_stable=True, looked_to=100)


def test_options_that_say_nothing_together_are_refused() -> None:
    refuse_beside("--cut", {"--limit": None})
    with pytest.raises(BadParameter, match="--cut does not go with --a and --b"):
        refuse_beside("--cut", {"--a": 1, "--b": 0, "--c": None})


def shown(*rows: tuple[str, ...]) -> Shown:
    columns = ("design", "type I error", "power")
    return Shown("Designs", columns, rows, {}, lambda: Wording("", "", ()), tuple)


def test_a_table_that_would_break_a_word_is_written_in_blocks() -> None:
    found = shown(("optimal", "0.0471", "0.8051"), ("", "0.0422", ""))
    assert _fits(found, 120)
    assert not _fits(found, 24)
    assert _fits(shown(), 30)
    assert not _fits(shown(), 20)
    assert "\n".join(_in_blocks(found)) == (
        "Designs\n\ndesign: optimal\n  type I error: 0.0471\n  power: 0.8051\n\n"
        "design\n  type I error: 0.0422\n"
    )
