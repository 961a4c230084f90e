"""Laws of dates that are known in part: what is known stays true, and bounds hold."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl
from hypothesis import assume, given
from hypothesis import strategies as st

from trialwright.dataset import Dataset
from trialwright.dataset.date_columns import earliest_day, known_text, latest_day
from trialwright.dataset.durations import duration, study_day
from trialwright.dataset.partial_dates import PartialDate, complete_date, read_partial_date
from trialwright.dataset.partial_times import MomentRules, complete_moment

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
RULES = st.sampled_from(("first", "middle", "last", "--06-15", "--02-29", "--12-31"))
BOUNDS = st.lists(st.none() | DAYS, max_size=3)
PARTS = st.sampled_from(("none", "day", "month", "year"))
RANK = ["none", "day", "month", "year"]
FLAGS = {"none": None, "day": "D", "month": "M", "year": "Y"}


@st.composite
def known_parts(draw):
    """Draw a day, and forget some of its parts."""
    day = draw(DAYS)
    year, month, number = (draw(st.booleans()) for _ in range(3))
    return PartialDate(
        day.year if year else None, day.month if month else None, day.day if number else None
    )


YEAR_KNOWN = known_parts().filter(lambda known: known.year is not None)


def possible_days(known):
    """Return every day of a known year that it may be, by trying them all."""
    first = date(known.year, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    return [
        day
        for day in days
        if day.year == known.year
        and known.month in (None, day.month)
        and known.day in (None, day.day)
    ]


@given(known_parts())
def test_a_partial_date_is_written_and_read_back(known):
    assert read_partial_date(str(known)) == (known if str(known) else None)


@given(YEAR_KNOWN, RULES, PARTS, BOUNDS, BOUNDS)
def test_the_day_agrees_with_what_is_known(known, rule, highest, after, before):
    found = complete_date(str(known), rule, highest=highest, not_before=after, not_after=before)
    if RANK.index(known.unknown) > RANK.index(highest):
        assert found is None
        return
    assert found.day in possible_days(known)
    assert found.imputed == FLAGS[known.unknown]


@given(known_parts(), RULES, BOUNDS, BOUNDS)
def test_the_flag_is_blank_only_of_a_whole_date(known, rule, after, before):
    assume(str(known))
    found = complete_date(str(known), rule, highest="year", not_before=after, not_after=before)
    if found is not None:
        assert (found.imputed is None) == (known.whole is not None)
        assert known.agrees(found.day)


@given(DAYS, RULES, PARTS, BOUNDS, BOUNDS, st.booleans())
def test_a_whole_date_is_returned_as_it_is(day, rule, highest, after, before, keep):
    found = complete_date(
        str(day), rule, highest=highest, not_before=after, not_after=before, keep_known=keep
    )
    assert (found.day, found.imputed) == (day, None)


@given(YEAR_KNOWN, st.booleans())
def test_first_middle_last_are_in_order(known, keep):
    first, middle, last = (
        complete_date(str(known), rule, highest="month", keep_known=keep).day
        for rule in ("first", "middle", "last")
    )
    assert first <= middle <= last
    if keep:
        days = possible_days(known)
        assert (first, last) == (days[0], days[-1]) == (known.earliest, known.latest)


@given(YEAR_KNOWN, RULES, BOUNDS, BOUNDS)
def test_bounds_hold_where_what_is_known_allows_it(known, rule, after, before):
    days = possible_days(known)
    low = [bound for bound in after if bound and bound <= days[-1]]
    high = [bound for bound in before if bound and bound >= days[0]]
    found = complete_date(str(known), rule, highest="month", not_before=after, not_after=before)
    assert all(found.day <= bound for bound in high)
    inside = [
        day for day in days if all(day >= one for one in low) and all(day <= one for one in high)
    ]
    if inside or not high:
        assert all(found.day >= bound for bound in low)
    free = complete_date(str(known), rule, highest="month").day
    if free in inside:
        assert found.day == free  # a bound that holds already moves nothing


@given(YEAR_KNOWN, RULES, BOUNDS, BOUNDS, st.randoms(use_true_random=False))
def test_the_order_of_bounds_does_not_matter(known, rule, after, before, seed):
    found = complete_date(str(known), rule, highest="month", not_before=after, not_after=before)
    for bounds in (after, before):
        seed.shuffle(bounds)
    assert found == complete_date(
        str(known), rule, highest="month", not_before=after, not_after=before
    )


@given(known_parts(), DAYS)
def test_an_unknown_year_is_that_of_the_nearest_possible_day(known, bound):
    assume(known.year is None and str(known))
    after = complete_date(str(known), "first", highest="year", not_before=[bound]).day
    before = complete_date(str(known), "last", highest="year", not_after=[bound]).day
    assert before <= bound <= after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(known.agrees(day) for day in between if day != bound)
    assert complete_date(str(known), "first", highest="year") is None
    assert complete_date(str(known), "middle", highest="year", not_before=[bound]) is None


@given(st.lists(known_parts(), min_size=1, max_size=5))
def test_columns_know_the_first_and_last_possible_day(parts):
    texts = [str(known) or None for known in parts]
    rows = Dataset.create({"adverse_events": pl.DataFrame({"end_date": texts})}, source="-").table(
        "adverse_events"
    )
    found = rows.select(
        earliest_day(rows, "end_date").alias("early"), latest_day(rows, "end_date").alias("late")
    )
    assert found["early"].to_list() == [known.earliest for known in parts]
    assert found["late"].to_list() == [known.latest for known in parts]


@given(YEAR_KNOWN, RULES)
def test_a_completed_column_is_known_as_before(known, rule):
    """From the companion column, and without it as far as the flag tells."""
    completed = complete_date(str(known), rule, highest="month")
    row = {"death_date": completed.day, "death_date_imputed": completed.imputed}
    for part in (str(known) if known.whole is None else None, None):
        frame = pl.DataFrame([row | {"death_date_partial": part}])
        rows = Dataset.create({"deaths": frame}, source="-").deaths
        bounds = rows.select(
            earliest_day(rows, "death_date").alias("early"),
            latest_day(rows, "death_date").alias("late"),
            known_text(rows, "death_date").alias("text"),
        ).row(0, named=True)
        stray = known.month is None and known.day is not None
        left = known if part or not stray else PartialDate(known.year)  # M: the year is left
        assert bounds == {"early": left.earliest, "late": left.latest, "text": str(left)}


# --- Durations


@given(DAYS, DAYS)
def test_there_is_no_study_day_zero(day, reference):
    number = study_day(day, reference)
    assert number != 0
    assert (number > 0) == (day >= reference)
    step = number - 1 if number > 0 else number
    assert reference + timedelta(days=step) == day
    if day >= reference:
        assert number == duration(reference, day)


@given(DAYS, DAYS, st.sampled_from(("years", "months", "weeks", "days", "hours")), st.booleans())
def test_a_duration_backwards_is_the_negative(start, end, unit, by_calendar):
    there = duration(start, end, unit, first_counts=False, by_calendar=by_calendar)
    back = duration(end, start, unit, first_counts=False, by_calendar=by_calendar)
    assert there == -back


@given(DAYS, st.integers(0, 400))
def test_calendar_months_are_whole_on_the_same_day(start, months):
    assume(start.day <= 28)
    year, month = divmod(start.month - 1 + months, 12)
    end = start.replace(year=start.year + year, month=month + 1)
    options = {"first_counts": False, "by_calendar": True}
    assert duration(start, end, "months", **options) == months
    assert duration(start, end, "years", truncate=True, **options) == months // 12
    later = duration(start, end + timedelta(days=1), "months", **options)
    assert months < later < months + 1


@given(DAYS, DAYS, DAYS)
def test_calendar_durations_grow_with_the_end(start, one, other):
    options = {"first_counts": False, "by_calendar": True}
    lengths = [duration(start, end, "months", **options) for end in sorted((one, other))]
    assert lengths[0] <= lengths[1]


# --- Moments

CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))


@given(YEAR_KNOWN, CLOCK, st.integers(0, 3), st.sampled_from(("first", "last", "12:34:56")), RULES)
def test_a_moment_agrees_with_what_is_known(known, clock, parts, time_rule, rule):
    shown = ":".join(f"{part:02}" for part in clock[:parts])
    text = f"{known}T{shown}" if parts and known.whole else str(known)
    rules = MomentRules(rule, time_rule, "month")
    found = complete_moment(text, rules)
    assert found.moment.date() == complete_date(str(known), rule, highest="month").day
    assert found.date_imputed == FLAGS[known.unknown]
    count = parts if known.whole else 0
    told = (found.moment.hour, found.moment.minute, found.moment.second)
    assert told[:count] == clock[:count]
    assert found.time_imputed == ("H", "M", "S", None)[count]
    wanted = {"first": time(0), "last": time(23, 59, 59)}.get(time_rule, time(12, 34, 56))
    assert told[count:] == (wanted.hour, wanted.minute, wanted.second)[count:]


@given(YEAR_KNOWN, st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)))  # noqa: DTZ001
def test_a_moment_stays_inside_its_bound(known, bound):
    bound = bound.replace(microsecond=0)
    first = complete_moment(
        str(known), MomentRules("first", "first", "month"), not_before=[bound]
    ).moment
    assert known.agrees(first.date())
    latest = datetime.combine(known.latest, time(23, 59, 59))
    earliest = datetime.combine(known.earliest, time(0))
    assert first == earliest if bound > latest else first >= bound
    last = complete_moment(
        str(known), MomentRules("last", "last", "month"), not_after=[bound]
    ).moment
    assert known.agrees(last.date())
    assert last == latest if bound < earliest else last <= bound
