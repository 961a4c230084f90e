"""One endpoint counted in every other way: presets of censoring, lesions, criteria, readers.

Nothing is derived in a way of its own: each variant is the same analysis of the same data under a
study with other choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.analyse import analyse
from trialwright.analysis.beside import count_otherwise, read_others
from trialwright.analysis.result import ProportionResult, SurvivalResult
from trialwright.analysis.times import show_days
from trialwright.endpoints import TIME_ENDPOINTS, TimeToEvent
from trialwright.errors import StudyError
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwright.analysis.beside import OtherWay
    from trialwright.analysis.result import Analysis
    from trialwright.dataset import Dataset, Finding
    from trialwright.stats import Estimate, Proportion
    from trialwright.study.model import Study

_TIMES = tuple(one.key for one in TIME_ENDPOINTS)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of counting an endpoint, and what it gives.

    ``events``, ``competing`` and ``censored`` add up to ``n``; of a rate ``events`` are the
    responders. ``estimate`` is none where nothing can be estimated (a competing event, nobody to
    count).
    """

    name: str
    title: str
    source: str
    n: int
    events: int
    censored: int
    not_counted: int
    estimate: Estimate | Proportion | None
    by_kind: tuple[tuple[str, int], ...]
    competing: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """One patient whose time or event differs between the study's way and another.

    ``study`` and ``other`` say in short what each way counts; the reasons say why.
    """

    patient_id: str
    lesion_id: str | None
    variant: str
    study: str
    other: str
    study_reason: str
    other_reason: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One endpoint in the study's way and every other, with the patients who move.

    ``findings`` are those about the data by all the ways together, each once.
    """

    key: str
    title: str
    unit: str
    variants: tuple[Variant, ...]
    moved: tuple[Moved, ...]
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pl.DataFrame:
        """Return one row a variant."""
        return pl.DataFrame(
            [
                {
                    "endpoint": self.key,
                    "variant": one.name,
                    "title": one.title,
                    "n": one.n,
                    "events": one.events,
                    "competing": one.competing,
                    "censored": one.censored,
                    "not_counted": one.not_counted,
                    "estimate": one.estimate.value if one.estimate else None,
                    "low": one.estimate.low if one.estimate else None,
                    "high": one.estimate.high if one.estimate else None,
                    "by_kind": "; ".join(f"{count} {kind}" for kind, count in one.by_kind),
                }
                for one in self.variants
            ],
            schema=_VARIANTS,
        ).with_columns(pl.col("estimate", "low", "high").fill_nan(None))

    def moved_frame(self) -> pl.DataFrame:
        """Return one row a patient and variant that differ from the study's way."""
        rows = [{"endpoint": self.key} | {name: getattr(one, name) for name in _MOVED[1:]}
                for one in self.moved]  # fmt: skip
        return pl.DataFrame(rows, schema=dict.fromkeys(_MOVED, pl.String))


_VARIANTS = {
    "endpoint": pl.String,
    "variant": pl.String,
    "title": pl.String,
    "n": pl.Int64,
    "events": pl.Int64,
    "competing": pl.Int64,
    "censored": pl.Int64,
    "not_counted": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "by_kind": pl.String,
}
_MOVED = (
    "endpoint", "patient_id", "lesion_id", "variant", "study", "other", "study_reason",
    "other_reason",
)  # fmt: skip


def compare_ways(dataset: Dataset, study: Study, key: str) -> Sensitivity:
    """Count an endpoint in the study's way and in every other, and tell who moves and why.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        What was planned.
    key : str
        ORR, DCR, or a time-to-event endpoint (``endpoints.TIME_ENDPOINTS``).

    Returns
    -------
    Sensitivity
        First the study's own way; then, of a time, every way of counting it (presets, and those
        that the study file declares); then every other reading: unconfirmed or confirmed
        responses, ablated lesions in or out, the other criteria, and each other reader of the
        data. A way that is not possible is listed with the reason, and counts nobody.

    Raises
    ------
    StudyError
        If there is no such endpoint, or a field that the analysis needs is still a gap.
    DataError
        As ``analyse`` does.
    """
    return compare_endpoints(dataset, study, (key,))[0]


def compare_endpoints(
    dataset: Dataset, study: Study, keys: Sequence[str]
) -> tuple[Sensitivity, ...]:
    """Count several endpoints in every way; each way is analysed once for all of them.

    Parameters
    ----------
    dataset, study
        As in :func:`compare_ways`, with its errors.
    keys : sequence of str
        The endpoints, each as in :func:`compare_ways`.
    """
    primary = analyse(dataset, study)
    for key in keys:
        _require_endpoint(primary, key)
    others = read_others(primary)
    ways = (*count_otherwise(primary), *others) if any(key in _TIMES for key in keys) else others
    return tuple(tabulate_ways(primary, ways if key in _TIMES else others, key) for key in keys)


def tabulate_ways(primary: Analysis, ways: Sequence[OtherWay], key: str) -> Sensitivity:
    """Count an endpoint in ways that were analysed before, so that endpoints can share them.

    Parameters
    ----------
    primary : Analysis
        The study's own way.
    ways : sequence of OtherWay
        The others, in their order (``beside.count_otherwise``, ``beside.read_others``); another way
        of counting times changes no rate.
    key : str
        As in :func:`compare_ways`, with its result and ``StudyError``.
    """
    _require_endpoint(primary, key)
    study, findings = primary.study, dict.fromkeys(primary.findings)
    variants = [_variant(OF_THE_STUDY, "as the study file says", "study file", primary, key)]
    moved: list[Moved] = []
    for way in ways:
        if way.analysis is None:
            words = f"{way.title} (not possible: {way.why_not})"
            variants.append(_nothing(way.name, words, way.source, len(primary.sets.efficacy)))
            continue
        variants.append(_variant(way.name, way.title, way.source, way.analysis, key))
        moved += _moved(way.name, primary, way.analysis, key)
        findings |= dict.fromkeys(way.analysis.findings)
    if all(one.n == 0 for one in variants):
        msg = _why_missing(primary, key)
        raise StudyError(msg)
    unit = study.endpoints.time_unit.require() if key in _TIMES else "proportion"
    title = _title(primary, key)
    return Sensitivity(key, title, unit, tuple(variants), tuple(moved), tuple(findings))


def can_compare(primary: Analysis, ways: Iterable[OtherWay], key: str) -> bool:
    """Tell whether any way, the study's own among them, has somebody to count.

    Parameters are those of :func:`tabulate_ways`.
    """
    analyses = (primary, *(one.analysis for one in ways if one.analysis is not None))
    return any(one.result_of(key) is not None for one in analyses)


def _require_endpoint(primary: Analysis, key: str) -> None:
    if primary.result_of(key) is None and not _is_missing(primary, key):
        msg = _why_missing(primary, key)
        raise StudyError(msg)


def _is_missing(analysis: Analysis, key: str) -> bool:
    """Tell whether the study's own way has nobody to count, which another way may have."""
    return any(one.key == key for one in analysis.not_computable)


def _title(analysis: Analysis, key: str) -> str:
    everything = (*analysis.proportions, *analysis.timed, *analysis.not_computable)
    return next(one.title for one in everything if one.key == key)


def _why_missing(analysis: Analysis, key: str) -> str:
    for one in analysis.not_computable:
        if one.key == key:
            return f"{key} cannot be computed: {one.why}"
    keys = [one.key for one in (*analysis.proportions, *analysis.timed)]
    return f"no endpoint {key!r}; choose from {', '.join(keys)}"


def _variant(name: str, title: str, source: str, analysis: Analysis, key: str) -> Variant:
    result = analysis.result_of(key)
    if result is None:
        return _nothing(name, title, source, len(analysis.sets.efficacy))
    if isinstance(result, ProportionResult):
        estimate = result.estimate
        return Variant(name, title, source, estimate.n, estimate.successes, 0, 0, estimate, ())
    kinds = result.events + result.competing + result.censored
    return Variant(
        name,
        title,
        source,
        len(result.times),
        sum(result.events.values()),
        sum(result.censored.values()),
        len(result.no_times),
        result.median if isinstance(result, SurvivalResult) else None,
        tuple(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        sum(result.competing.values()),
    )


def _nothing(name: str, title: str, source: str, patients: int) -> Variant:
    return Variant(name, title, source, 0, 0, 0, patients, None, ())


_Row = tuple[str, str]  # what is counted, and why


def _moved(name: str, study: Analysis, other: Analysis, key: str) -> Iterator[Moved]:
    ours, theirs = _rows(study, key), _rows(other, key)
    for where in dict.fromkeys((*ours, *theirs)):
        one = ours.get(where) or _uncounted(study, key)
        two = theirs.get(where) or _uncounted(other, key)
        if one[0] != two[0]:
            yield Moved(*where, name, one[0], two[0], one[1], two[1])


def _uncounted(analysis: Analysis, key: str) -> _Row:
    """Say why a patient has no row: nobody has one, or the lesion is not followed in this way."""
    missing = (one.why for one in analysis.not_computable if one.key == key)
    return "not counted", next(missing, "not followed in this way")


def _rows(analysis: Analysis, key: str) -> dict[tuple[str, str | None], _Row]:
    result = analysis.result_of(key)
    if result is None:
        return {}
    if isinstance(result, ProportionResult):
        return {
            (one.patient_id, None): ("yes" if one.met else "no", one.reason)
            for one in result.outcomes
        }
    rows = {(one.patient_id, one.lesion_id): (_shown(one), one.reason) for one in result.times}
    return rows | {
        (one.patient_id, one.lesion_id): ("not counted", one.why) for one in result.no_times
    }


def _shown(time: TimeToEvent) -> str:
    status = "event" if time.event else "competing event" if time.competing else "censored"
    return f"{status} after {show_days(time.days)}, {time.end}"
