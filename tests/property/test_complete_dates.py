"""Laws of completed dates: each is told of once, agrees with what is known, and is in order."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.dataset import Dataset, complete_dates, first_treatments, last_contacts
from trialwright.dataset.partial_dates import PartialDate, read_partial_date
from trialwright.dataset.schema import DATES_IN_PART
from trialwright.study import Study

DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
MAYBE = st.none() | DAYS
KNOWN = st.none() | st.tuples(DAYS, st.sampled_from((4, 7, 10))).map(
    lambda pair: str(pair[0])[: pair[1]]
) | st.sampled_from(("2024---15", "--03-15", "----31"))  # fmt: skip
PATIENTS = ("A", "B", "C")
PARTIAL = st.sampled_from(("refuse", "first_day", "middle_day", "last_day"))
CHOICES = st.fixed_dictionaries(
    {
        "partial_death_date": PARTIAL,
        "unknown_death_date": st.sampled_from(
            ("refuse", "day_after_last_contact", "censor_at_last_contact")
        ),
        "partial_new_therapy_date": PARTIAL,
        "partial_end_of_treatment_date": PARTIAL,
    }
)


def rows(**columns):
    return st.lists(
        st.fixed_dictionaries({"patient_id": st.sampled_from(PATIENTS)} | columns), max_size=4
    )


@st.composite
def datasets(draw):
    drawn = {
        "patients": [{"patient_id": name, "last_alive_date": draw(MAYBE)} for name in PATIENTS],
        "labs": draw(rows(sample_date=DAYS)),
        "doses": draw(rows(drug=st.sampled_from("xy"), start_date=DAYS, dose_mg=st.just(80.0))),
        "therapies": draw(rows(therapy=st.just("t"), start_date=MAYBE, start_date_partial=KNOWN)),
        "deaths": [
            {"patient_id": name, "death_date": draw(MAYBE), "death_date_partial": draw(KNOWN)}
            for name in PATIENTS
            if draw(st.booleans())
        ],
        "dispositions": draw(
            rows(scope=st.sampled_from(("drug", "treatment")), drug=st.sampled_from(("x", None)),
                 end_date=MAYBE, end_date_partial=KNOWN)
        ),
    }  # fmt: skip
    empty = Dataset.create({}, source="-")
    frames = {}
    for name, some in drawn.items():
        schema = empty.table(name).schema
        columns = {key: [row.get(key) for row in some] for key in schema}
        columns["source_row"] = list(range(2, len(some) + 2))
        frames[name] = pl.DataFrame(columns, schema=schema)
    return Dataset.create(frames, source="-")


@pytest.fixture(scope="module")
def study_with(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)

    def change(choices):
        stated = {
            name: {"value": value, "origin": "assumption", "basis": "a test"}
            for name, value in choices.items()
        }
        return Study.model_validate({**content, "dates": stated})

    return change


def changed_rows(before, after, table):
    """Yield each row that had no date, as it was and as it is."""
    name = DATES_IN_PART[table]
    pairs = zip(before.table(table).to_dicts(), after.table(table).to_dicts(), strict=True)
    for old, new in pairs:
        if old[name] is None:
            yield old, new
        else:
            assert old == new


@settings(max_examples=80, deadline=None)
@given(dataset=datasets(), choices=CHOICES)
def test_every_date_is_told_of_once_and_agrees_with_what_is_known(study_with, dataset, choices):
    done = complete_dates(dataset, study_with(choices))
    told = Counter((one.table, one.row, one.rule) for one in done.findings)
    assert set(told.values()) <= {1}
    expected = Counter()
    for table, name in DATES_IN_PART.items():
        for old, new in changed_rows(dataset, done, table):
            assert {key: new[key] for key in old if not key.startswith(name)} == {
                key: old[key] for key in old if not key.startswith(name)
            }
            known = read_partial_date(old[f"{name}_partial"] or "") or PartialDate()
            day, flag = new[name], new[f"{name}_imputed"]
            if day is None:
                assert flag is None
            else:
                assert known.agrees(day)
                assert (flag is None) == (known.whole is not None)
                expected["date.completed"] += 1
    rules = Counter(one.rule for one in done.findings)
    assert rules["date.completed"] == expected["date.completed"]
    dateless = sum(
        new[DATES_IN_PART[table]] is None
        for table in DATES_IN_PART
        for old, new in changed_rows(dataset, done, table)
        if table == "deaths" or (old[f"{DATES_IN_PART[table]}_partial"] or "-")[0] != "-"
    )
    errors = rules["date.refused"] + rules["therapy.may_be_prior"]
    assert errors + rules["death.censored"] == dateless
    assert len(done.errors) == errors


@settings(max_examples=80, deadline=None)
@given(dataset=datasets(), choices=CHOICES)
def test_completed_dates_are_in_order_where_what_is_known_allows_it(study_with, dataset, choices):
    done = complete_dates(dataset, study_with(choices))
    contacts, firsts = last_contacts(dataset), first_treatments(dataset)
    died = dict(done.deaths.select("patient_id", "death_date").drop_nulls().rows())
    for old, new in changed_rows(dataset, done, "deaths"):
        seen, day = contacts.get(old["patient_id"]), new["death_date"]
        known = read_partial_date(old["death_date_partial"] or "") or PartialDate()
        if day and seen and (known.latest is None or known.latest >= seen):
            assert day >= seen
    for old, new in changed_rows(dataset, done, "therapies"):
        day, patient = new["start_date"], old["patient_id"]
        if day is None:
            continue
        known = read_partial_date(old["start_date_partial"])
        if patient in died and known.earliest <= died[patient]:
            assert day <= died[patient]
        elif patient in firsts:
            assert (day >= firsts[patient]) == (known.earliest >= firsts[patient])
            assert (day < firsts[patient]) == (known.latest < firsts[patient])


@settings(max_examples=40, deadline=None)
@given(dataset=datasets(), choices=CHOICES, seed=st.randoms(use_true_random=False))
def test_to_complete_twice_or_in_another_order_is_the_same(study_with, dataset, choices, seed):
    study = study_with(choices)
    done = complete_dates(dataset, study)
    again = complete_dates(done, study)
    assert again.same_data(done)
    assert again.findings == done.findings
    orders = {name: list(range(frame.height)) for name, frame in dataset.frames.items()}
    for order in orders.values():
        seed.shuffle(order)
    mixed = Dataset.create(
        {name: frame[orders[name]] for name, frame in dataset.frames.items()}, source="-"
    )
    other = complete_dates(mixed, study)
    for name, frame in done.frames.items():
        assert other.frames[name].sort("source_row").equals(frame.sort("source_row"))
    assert set(other.findings) == set(done.findings)
