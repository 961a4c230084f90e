"""What changed between two reports of one study: which numbers, and which patients moved them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

    from trialwright.report.results.rows import Result, Results

_SEVERAL = "; "
_MEMBER = "in the population"
_COUNTED = "in the denominator"
_OF_THE_DATA = frozenset({"source", "data_cut", "data_digest"})  # else: of study file or program


@dataclass(frozen=True, slots=True)
class MovedPatient:
    """One patient behind a changed number: what was given before and what is given now.

    None: the patient gave nothing to the number, or was not in its population.
    """

    patient_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """One number that differs between two reports.

    Parameters
    ----------
    before, after : Result or None
        The number in each report; none where that report does not have it.
    moved : tuple of MovedPatient
        The patients who make the difference, by what they give; where that is the same in both,
        those who joined or left the population.
    why : str
        In a few words: patients moved, the population or denominator changed, or neither (then the
        study file or the program changed; if these did not, the reports do not tell).
    """

    before: Result | None
    after: Result | None
    moved: tuple[MovedPatient, ...]
    why: str

    @property
    def result(self) -> Result:
        """The number where it stands last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of them is there
        return found


@dataclass(frozen=True)
class Comparison:
    """The difference of two reports.

    Parameters
    ----------
    about : tuple of (str, str, str)
        What the reports say of themselves where it differs: name, before, after.
    changed : tuple of ChangedNumber
        Numbers that differ, or rest on other patients, in the order of the later report; then
        those that are gone.
    unchanged : int
        How many numbers are the same, from the same patients.
    joined, left : mapping of str to tuple of str
        Patients who came into or went out of each population.
    """

    about: tuple[tuple[str, str, str], ...]
    changed: tuple[ChangedNumber, ...]
    unchanged: int
    joined: Mapping[str, tuple[str, ...]]
    left: Mapping[str, tuple[str, ...]]

    @property
    def patients(self) -> tuple[tuple[str, int], ...]:
        """Patients who moved a number, with how many they moved; those who moved most first."""
        counted = Counter(
            patient for one in self.changed for patient in {moved.patient_id for moved in one.moved}
        )
        return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def to_frame(self) -> pl.DataFrame:
        """Return one row a changed number and patient who moved it (blank: nobody did)."""
        import polars as pl

        rows = [
            {
                "key": one.result.key,
                "title": one.result.title,
                "before": one.before.value if one.before else None,
                "after": one.after.value if one.after else None,
                "text_before": one.before.text if one.before else None,
                "text_after": one.after.text if one.after else None,
                "why": one.why,
                "patient_id": moved.patient_id if moved else None,
                "gave": moved.before if moved else None,
                "gives": moved.after if moved else None,
            }
            for one in self.changed
            for moved in (one.moved or (None,))
        ]
        numbers = {"before", "after"}
        return pl.DataFrame(
            rows, schema={name: pl.Float64 if name in numbers else pl.String for name in _NAMES}
        )


_NAMES = (
    "key", "title", "before", "after", "text_before", "text_after", "why", "patient_id", "gave",
    "gives",
)  # fmt: skip


def compare_results(before: Results, after: Results) -> Comparison:
    """Tell which numbers differ between two reports and which patients make the difference.

    Parameters
    ----------
    before, after : Results
        Of one study, such as at two data cuts.

    Returns
    -------
    Comparison
        A number that is the same but rests on other patients counts as changed: two patients may
        have changed places. Numbers of tables are compared; sentences repeat them.
    """
    old = {one.key: one for one in before.results if not one.in_words}
    new = {one.key: one for one in after.results if not one.in_words}
    keys = [*new, *(key for key in old if key not in new)]
    changed = tuple(
        _change(old.get(key), new.get(key), before, after)
        for key in keys
        if not _same(old.get(key), new.get(key))
    )
    return Comparison(
        tuple(_about(before.about, after.about)),
        changed,
        len(keys) - len(changed),
        _joined(before.populations, after.populations),
        _joined(after.populations, before.populations),
    )


def _same(one: Result | None, two: Result | None) -> bool:
    if one is None or two is None:
        return False
    return (one.value, one.state, one.inputs) == (two.value, two.state, two.inputs)


def _change(
    one: Result | None, two: Result | None, before: Results, after: Results
) -> ChangedNumber:
    gave = _given(before, one)
    gives = _given(after, two)
    moved = tuple(
        MovedPatient(patient, gave.get(patient), gives.get(patient))
        for patient in dict.fromkeys((*gives, *gave))
        if gave.get(patient) != gives.get(patient)
    )
    if moved:
        same = one and two and (one.value, one.state) == (two.value, two.state)
        return ChangedNumber(one, two, moved, "same number, other patients" if same else "patients")
    if one is None or two is None:  # such as a reason that another column has: nobody, here
        return ChangedNumber(one, two, (), "rows of the table")
    people = tuple(_denominator_moves(one, two, before, after))
    return ChangedNumber(one, two, people, "population" if people else _why_nobody(before, after))


def _why_nobody(before: Results, after: Results) -> str:
    """Blame study file or program only where they differ."""
    names = {name for name, *_ in _about(before.about, after.about)} - _OF_THE_DATA
    return "study file or program" if names else "data that the reports do not hold"


def _given(results: Results, one: Result | None) -> dict[str, str]:
    """Return what each patient gives to a number; several facts of one patient in one text."""
    return _by_patient(results.inputs.get(one.inputs, ()) if one else ())


def _by_patient(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for patient, gives in rows:
        given[patient] = f"{given[patient]}{_SEVERAL}{gives}" if patient in given else gives
    return given


def _denominator_moves(
    one: Result, two: Result, before: Results, after: Results
) -> Iterator[MovedPatient]:
    """Yield who joined or left those of whom a share is, or else the population."""
    own = bool(one.among or two.among)
    old, new = _denominator(one, before, own=own), _denominator(two, after, own=own)
    for patient in dict.fromkeys((*new, *old)):
        if old.get(patient) != new.get(patient):
            yield MovedPatient(patient, old.get(patient), new.get(patient))


def _denominator(result: Result, results: Results, *, own: bool) -> dict[str, str]:
    if own:
        found = _by_patient(results.inputs.get(result.among, ()))
        return {one: _COUNTED if gives == "counted" else gives for one, gives in found.items()}
    return dict.fromkeys(results.populations.get(result.population, ()), _MEMBER)


def _joined(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, members in after.items():
        there = set(before.get(name, ()))
        come = tuple(patient for patient in members if patient not in there)
        if come:
            found[name] = come
    return found


def _about(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys((*after, *before)):
        one, two = before.get(name, ""), after.get(name, "")
        if one != two:
            yield name, one, two
