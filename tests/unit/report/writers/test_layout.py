"""The layout of tables: laws that hold for any table, and the cases that a page trips over."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_document import HOSTILE, TREATED, counts_table, listing, wide_table
from trialwright.report.model import Column, Row, Table, word_cells
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import (
    BREAK,
    LONGEST_WORD,
    break_places,
    break_words,
    breaks_over_pages,
    column_weights,
    fit_table,
    is_wide,
    keep_together,
    split_columns,
    stand_apart,
    text_length,
)

TEXTS = st.text(max_size=40) | st.sampled_from(["5 (17.2 %)", "汉" * 150, "x" * 300, HOSTILE])
KINDS = st.sampled_from(["words", "number", "date"])


@st.composite
def tables(draw):
    columns = draw(
        st.lists(
            st.builds(Column, TEXTS, KINDS, st.sampled_from(["", "", "A span", "y" * 60])),
            min_size=1,
            max_size=30,
        )
    )
    texts = st.lists(TEXTS, min_size=len(columns) - 1, max_size=len(columns) - 1)
    rows = draw(st.lists(st.builds(_row, TEXTS, texts), max_size=4))
    return Table("14.1", "A table", TREATED, tuple(columns), tuple(rows))


def _row(label, texts):
    return Row(label, word_cells(*texts))


@given(tables())
def test_weights_share_the_page(table):
    weights = column_weights(table)
    assert len(weights) == len(table.columns)
    assert min(weights) > 0
    assert sum(weights) == pytest.approx(1)


@given(tables(), st.integers(20, 200))
def test_the_parts_hold_every_column_once_beside_the_label(table, letters):
    parts = split_columns(table, letters)
    assert all(part.columns[0] == table.columns[0] for part in parts)
    assert sum((part.columns[1:] for part in parts), ()) == table.columns[1:]
    for number, row in enumerate(table.rows):
        assert {part.rows[number].label for part in parts} == {row.label}
        assert sum((part.rows[number].cells for part in parts), ()) == row.cells


@given(st.text(max_size=200) | st.text("ab/汉\u0301", max_size=200), st.integers(4, 30))
def test_a_broken_word_is_the_same_word_in_pieces_that_fit(text, longest):
    text = text.replace(BREAK, "")
    places = break_places(text, longest)
    assert list(places) == sorted(set(places))
    broken = break_words(text, longest)
    assert broken.replace(BREAK, "") == text
    assert broken.count(BREAK) == len(places)
    pieces = [piece for word in broken.split() for piece in word.split(BREAK)]
    assert all(text_length(p) <= longest for p in pieces if p.isascii())


def test_short_words_do_not_break():
    assert break_places("A sentence of words that are all short, 5 (17.2 %)") == ()


def test_a_long_word_breaks_after_its_punctuation():
    word = "https://example.org/folder/another-folder/page.html"
    assert break_words(word, 24, "|") == "https://example.org/|folder/another-folder/|page.html"


def test_a_percentage_stays_with_its_number():
    assert keep_together("5 (17.2 %)") == "5 (17.2\N{NO-BREAK SPACE}%)"


def test_one_very_long_cell_does_not_widen_its_column():
    rows = [Row(f"S-{n}", word_cells("short", "a few words more")) for n in range(20)]
    columns = (Column("Patient"), Column("Site"), Column("What"))
    calm = Table("16.2", "x", TREATED, columns, tuple(rows))
    rows[3] = Row("S-3", word_cells("x" * 300, "a few words more"))
    odd = Table("16.2", "x", TREATED, columns, tuple(rows))
    assert column_weights(calm)[1] < column_weights(odd)[1] < 0.55


def test_chinese_counts_double():
    assert text_length("肝转移 x") == 8
    rows = tuple(Row("x", word_cells("abcd", "肝转移灶")) for _ in range(5))
    columns = (Column("a"), Column("b"), Column("c"))
    _, latin, chinese = column_weights(Table("1", "x", TREATED, columns, rows))
    assert chinese > latin


def test_only_the_wide_table_lies_on_its_side():
    assert not is_wide(counts_table())
    assert is_wide(wide_table())
    assert len(split_columns(listing())) == 1


def test_columns_under_one_head_stay_together_and_parts_are_even():
    spans = ["", *(f"Cycle {n // 3}" for n in range(24))]
    columns = tuple(Column("Longest heading", "number", span) for span in spans)
    table = Table("14.3", "x", TREATED, columns, (Row("row", word_cells(*["1"] * 24)),))
    parts = split_columns(table)
    assert len(parts) > 1
    together = [{column.span for column in part.columns[1:]} for part in parts]
    assert not any(a & b for a, b in pairwise(together))
    sizes = [len(part.columns) for part in parts]
    assert max(sizes) - min(sizes) <= 3


def test_a_word_too_long_for_any_page_still_leaves_a_place_for_each_column():
    columns = tuple(Column("x" * 300) for _ in range(40))
    table = Table("1", "x", TREATED, columns, (Row("y" * 300, word_cells(*["z" * 300] * 39)),))
    parts = split_columns(table)
    assert all(len(part.columns) * LONGEST_WORD < 200 for part in parts)


def test_both_languages_have_all_the_words():
    english, chinese = labels_of("en"), labels_of("zh")
    assert english.number_of(listing()) == "Listing 16.2.7.1"
    assert chinese.number_of(counts_table()) == "表 14.2.1"
    assert "模拟患者" in chinese.simulated
    assert english.say_continued("Events") == "Events (continued)"


def test_a_language_without_words_is_refused():
    with pytest.raises(ValueError, match="not in 'de'"):
        labels_of("de")


def test_only_a_row_as_long_as_a_page_goes_over_to_the_next():
    assert not breaks_over_pages(Row("a", word_cells("x" * 300)))
    assert breaks_over_pages(Row("a", word_cells("x" * 3000)))


def test_a_table_of_two_short_columns_takes_half_a_page():
    columns = (Column("Sex"), Column("n", "number"))
    small = Table("1", "T", TREATED, columns, (Row("female", word_cells("5 (17.2 %)")),))
    assert fit_table(small).share == pytest.approx(0.5)
    assert fit_table(small).together
    assert fit_table(wide_table()).share == 1.0
    assert not fit_table(wide_table()).together


def test_a_table_with_long_notes_is_not_kept_on_one_page():
    columns = (Column("Sex"), Column("n", "number"))
    rows = (Row("female", word_cells("5")),)
    noted = Table("1", "T", TREATED, columns, rows, notes=("words " * 900,))
    assert not fit_table(noted).together


def test_numbers_stand_apart_from_words_after_them():
    kinds = ("words", "number", "words", "number", "number", "date", "number")
    columns = tuple(Column(kind, kind) for kind in kinds)
    assert stand_apart(columns) == (False, True, False, False, True, False, False)
