"""First onsets: one a patient and group, with the incidence that counts everybody."""

from __future__ import annotations

import polars as pl
import pytest
from safety_pictures import words_of, words_outside

from trialwright.report.drawing import svg_of
from trialwright.report.safety.onset_groups import (
    Onset,
    OnsetGroup,
    gather_onsets,
    incidence_steps,
)
from trialwright.report.safety.onset_plot import draw_onsets
from trialwright.stats import CumulativeIncidence

SCHEMA = {"patient_id": pl.String, "onset_day": pl.Int64, "grade": pl.Int64}


def group(name, *days, **other):
    return OnsetGroup(name, tuple(Onset(day, severe=False) for day in days), **other)


def test_a_patient_counts_once_from_the_first_known_day():
    rows = [("1", 30, 1), ("1", 9, 3), ("2", None, 2), ("3", None, 1), ("3", 5, None)]
    found = gather_onsets(pl.DataFrame(rows, schema=SCHEMA, orient="row"), "liver")
    firsts = (Onset(5, severe=False, patient="3"), Onset(9, severe=True, patient="1"))
    assert found == OnsetGroup("liver", firsts, undated=1)
    assert found.patients == 3


def test_no_event_makes_an_empty_group():
    assert gather_onsets(pl.DataFrame(schema=SCHEMA), "liver") == OnsetGroup("liver", ())


def test_counts_median_and_range_stand_in_the_row():
    words = words_of(svg_of(draw_onsets([group("liver", 3, 10, 50), group("skin", 7)], 12)))
    assert {"liver", "3 (25)", "10 (3–50)", "skin", "1 (8)", "7"} <= set(words)


def test_the_median_knows_no_day_zero():
    assert "1 (−1–2)" in words_of(svg_of(draw_onsets([group("liver", -1, 1, 2)], 3)))
    # halfway between the days −1 and 1, which follow each other
    assert "0.5 (−1–1)" in words_of(svg_of(draw_onsets([group("liver", -1, 1)], 3)))


def test_groups_without_an_event_are_named():
    picture = draw_onsets([group("liver", 3), group("skin")], 12)
    assert "Without an event: skin." in picture.caption
    assert "skin" not in words_of(svg_of(picture))
    assert "No event: skin." in picture.description


def test_an_unknown_day_is_said():
    picture = draw_onsets([group("liver", 3, undated=2)], 12)
    assert "unknown day, not drawn: liver (2)" in picture.caption
    assert "3 (25)" in words_of(svg_of(picture))
    assert svg_of(draw_onsets([group("liver", undated=2)], 12)) == ""
    assert "known day" in draw_onsets([group("liver", undated=2)], 12).caption


def test_nothing_to_draw_is_said():
    words = "No event of special interest in 12 patients treated."
    assert draw_onsets([group("liver")], 12).caption == words
    assert draw_onsets([], 12).caption == words


def test_more_patients_than_treated_are_refused():
    with pytest.raises(ValueError, match="liver: 2 patients with an event, 1 treated"):
        draw_onsets([group("liver", 3, 4)], 1)


@pytest.mark.parametrize(("first_day_counts", "days"), [(True, [10, 20]), (False, [11, 21])])
def test_the_incidence_is_put_on_study_days(first_day_counts, days):
    curve = CumulativeIncidence.fit([10, 20, 30], [1, 2, 0], causes=("event", "competing"))
    steps = incidence_steps(curve, first_day_counts=first_day_counts)
    assert [day for day, _ in steps[:2]] == days
    assert [share for _, share in steps] == pytest.approx([1 / 3] * 3)


def test_the_incidence_is_scaled_by_its_unit():
    curve = CumulativeIncidence.fit([1.0], [1], causes=("event", "competing"))
    assert incidence_steps(curve, days_per_unit=30.0) == ((30.0, 1.0),)


def test_the_height_of_a_row_is_said():
    picture = draw_onsets([group("liver", 3, 9, incidence=((3, 0.1), (9, 0.22)))], 9)
    assert "a row is 25 % high" in picture.caption
    assert "cumulative incidence" in words_of(svg_of(picture))
    bare = draw_onsets([group("liver", 3, 9)], 9)
    assert "cumulative incidence" not in words_of(svg_of(bare))
    assert "Shaded" not in bare.caption


def test_many_onsets_of_one_day_and_long_names_stay_within_the_figure():
    name = "a group of events with a name that is far too long for the room it has in the figure"
    picture = draw_onsets([group(name, *[5] * 80), group("other", 900)], 80)
    assert words_outside(svg_of(picture)) == []
    assert f"In full: {name}." in picture.caption
    assert svg_of(picture).count("<use") >= 81
