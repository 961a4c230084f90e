"""The butterfly counts each patient once a term and wing, and hides no event."""

from __future__ import annotations

import polars as pl
import pytest
from safety_pictures import words_of, words_outside

from trialwright.report.drawing import svg_of
from trialwright.report.safety.butterfly import draw_butterfly
from trialwright.report.safety.wings import Wing, gather_wing

SCHEMA = {"patient_id": pl.String, "term": pl.String, "grade": pl.Int64}


def events(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


DRUG = events(
    ("1", "Fatigue", 1),
    ("1", "Fatigue", 3),
    ("2", "Fatigue", 2),
    ("3", "Rash", 2),
    ("4", "Nausea", 4),
)
ABLATION = events(("1", "Fatigue", 1), ("4", "Fatigue", 1), ("5", "Pain", 2))


def draw(left=DRUG, right=ABLATION, treated=10, **options):
    return draw_butterfly(
        gather_wing(left, "Related to a drug"),
        gather_wing(right, "Related to the ablation"),
        treated,
        **options,
    )


def test_a_patient_counts_once_a_term_at_the_worst_grade():
    wing = gather_wing(DRUG, "drug")
    assert wing.patients["Fatigue"] == {"1", "2"}
    assert wing.severe == {"Fatigue": {"1"}, "Nausea": {"4"}}
    assert wing.everyone == {"1", "2", "3", "4"}


def test_terms_are_sorted_by_the_patients_of_either_wing_then_the_severe_ones():
    words = words_of(svg_of(draw()))
    order = [word for word in words if word in {"Fatigue", "Rash", "Nausea", "Pain"}]
    # Fatigue: patients 1, 2 and 4; Nausea was severe; then by name
    assert order == ["Fatigue", "Nausea", "Pain", "Rash"]


def test_every_count_stands_beside_its_bar():
    words = words_of(svg_of(draw()))
    assert words.count("2 (20)") == 2  # fatigue, left and right
    assert words.count("1 (10)") == 5
    assert words.count("–") == 9
    assert {"grade ≥ 3", "any grade", "4 patients with any", "3 patients with any"} <= set(words)


def test_rare_terms_are_named_in_the_caption():
    picture = draw(at_least=2)
    assert "Fatigue" in words_of(svg_of(picture))
    assert "Rash" not in words_of(svg_of(picture))
    assert "fewer than 2 patients each: Nausea (1), Pain (1), Rash (1)." in picture.caption
    none = draw(at_least=4)
    assert svg_of(none) == ""
    assert "Fatigue (3)" in none.caption


def test_nothing_to_draw_is_said():
    nothing = events()
    assert draw(nothing, nothing).caption == "No adverse event in the 10 patients treated."
    assert draw(nothing, nothing, treated=0).caption == "No patient was treated."


def test_missing_values_are_counted_and_said():
    picture = draw(events(("1", None, None), (None, "Rash", 2)), events(), treated=1)
    assert "(term missing)" in words_of(svg_of(picture))
    assert "1 (100)" in words_of(svg_of(picture))
    assert "Related to a drug: 1 without a grade, counted at any grade." in picture.caption
    assert "Related to a drug: 1 without a patient, not counted." in picture.caption


def test_less_than_one_percent_is_not_zero():
    assert "1 (<1)" in words_of(svg_of(draw(events(("1", "Rash", 1)), events(), treated=101)))
    assert "1 (1)" in words_of(svg_of(draw(events(("1", "Rash", 1)), events(), treated=100)))


def test_more_patients_than_treated_are_refused():
    with pytest.raises(ValueError, match="5 patients with events, but 4 treated"):
        draw(treated=4)


def test_severe_patients_are_among_the_others():
    with pytest.raises(ValueError, match="Rash"):
        Wing("x", {"Rash": frozenset("1")}, {"Rash": frozenset("2")})


def test_a_wing_need_not_be_split():
    wings = [gather_wing(DRUG, words, split=False) for words in ("Any grade", "Grade 3 or higher")]
    words = words_of(svg_of(draw_butterfly(*wings, 10)))
    assert words.count("patients") == 2
    assert "grade ≥ 3" not in words


@pytest.mark.parametrize("title", ["Related", "A title that is longer than the room above it " * 3])
def test_sixty_terms_and_long_names_stay_within_the_figure(title):
    names = [f"term {i}, {'very ' * (i % 20)}long" for i in range(60)]
    wing = gather_wing(events(*((str(i % 29), name, 1) for i, name in enumerate(names))), title)
    picture = draw_butterfly(wing, wing, 29)
    assert words_outside(svg_of(picture)) == []
    assert "In full: " in picture.caption
    assert title.strip() in picture.caption.split("In full: ")[1] or len(title) < 44
    drawn = words_of(svg_of(picture)).count("1 (3)") // 2
    assert 20 < drawn < 60  # the others do not fit a page
    assert f"The {drawn} most frequent terms; for want of room not drawn: {60 - drawn}." in (
        picture.caption
    )
    assert picture.data["term"].n_unique() == drawn


def test_every_bar_is_a_row_of_the_data_with_its_patients():
    rows = draw().data.filter(pl.col("term") == "Fatigue")
    assert set(rows["grade"]) == {"any", ">=3"}
    for row in rows.iter_rows(named=True):
        assert row["patients"] == len(row["patient_ids"].split())


def test_the_description_names_the_most_frequent():
    assert "Fatigue 3" in draw().description
    assert "left, Related to a drug: 4" in draw().description


def test_hostile_names_are_text():
    picture = draw(events(("1", "<b>$x_1$ & co", 1)), events())
    assert "<b>" not in svg_of(picture)
    assert "<b>$x_1$ & co" in words_of(svg_of(picture))
