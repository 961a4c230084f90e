"""What the trial would have found under every other choice: made once, shown in many tables.

Each other way is the same analysis of the same data, under a study with another choice, by another
reader, or with its times counted in another way. One that is not possible keeps the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from trialwright.analysis.analyse import analyse, recount
from trialwright.analysis.readings import other_readings
from trialwright.errors import DataError, StudyError
from trialwright.response import readers_of
from trialwright.response.compare.readers import show_reader
from trialwright.study.counting import OF_THE_STUDY, countings_of
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.analysis.result import Analysis

_BASIS = "looked at beside the primary analysis"


@dataclass(frozen=True, slots=True)
class OtherWay:
    """Another way to analyse the trial, and what it finds.

    Parameters
    ----------
    name, title : str
        Short name (``unconfirmed``, ``fda_a``, ``central_1``) and words for tables.
    source : str
        Where the way comes from: a guideline, or the fields of the study file that it sets.
    analysis : Analysis or None
        The results; none where the way is not possible.
    why_not : str
        Why it is not possible; empty where it is.
    """

    name: str
    title: str
    source: str
    analysis: Analysis | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """The analysis of the study, and every other way beside it.

    Parameters
    ----------
    own : Analysis
        As the study file says.
    others : tuple of OtherWay
        Other readings of the scans: responses without (or with) confirmation, ablated lesions in
        (or out), the other criteria.
    readers : tuple of OtherWay
        Each reader of the data but the one who counts.
    countings : tuple of OtherWay
        Other ways of counting times; the scans are read as the study says.
    """

    own: Analysis
    others: tuple[OtherWay, ...] = ()
    readers: tuple[OtherWay, ...] = ()
    countings: tuple[OtherWay, ...] = ()

    @property
    def ways(self) -> tuple[OtherWay, ...]:
        """Every other way: of counting times, of reading, and by another reader."""
        return (*self.countings, *self.others, *self.readers)


def read_beside(analysis: Analysis) -> Readings:
    """Analyse the trial in every other way that the study knows, each once.

    Parameters
    ----------
    analysis : Analysis
        The study's own way, from ``analyse``.

    Returns
    -------
    Readings
        The scans are read once for each other reading and reader; other ways of counting times
        read none.
    """
    return Readings(
        analysis, _read_otherwise(analysis), _read_by_others(analysis), count_otherwise(analysis)
    )


def read_others(analysis: Analysis) -> tuple[OtherWay, ...]:
    """Return the other readings of the scans, then the other readers.

    Parameters
    ----------
    analysis : Analysis
        The study's own way.
    """
    return (*_read_otherwise(analysis), *_read_by_others(analysis))


def count_otherwise(analysis: Analysis) -> tuple[OtherWay, ...]:
    """Return the other ways of counting times: presets, and those that the study file declares.

    Parameters
    ----------
    analysis : Analysis
        The study's own way; its scans are not read again.
    """
    return tuple(
        _tried(name, way.title, way.source, partial(recount, analysis, name))
        for name, way in countings_of(analysis.study).items()
        if name != OF_THE_STUDY
    )


def _read_otherwise(analysis: Analysis) -> tuple[OtherWay, ...]:
    dataset, study = analysis.dataset, analysis.study
    made = []
    for name, choice in other_readings(study).items():
        varied = vary_study(study, choice.fields, basis=_BASIS)
        way = partial(analyse, dataset, varied, compared=False, gathered=analysis.calls_by_reader)
        made.append(_tried(name, choice.title, ", ".join(choice.fields), way))
    return tuple(made)


def _read_by_others(analysis: Analysis) -> tuple[OtherWay, ...]:
    dataset, study = analysis.dataset, analysis.study
    return tuple(
        _tried(
            str(reader),
            f"read by the {show_reader(reader)}",
            "reader",
            partial(
                analyse,
                dataset,
                study,
                reader=reader,
                compared=False,
                gathered=analysis.calls_by_reader,
            ),
        )
        for reader in readers_of(dataset)
        if reader not in (None, study.response.reader.value)
    )


def _tried(name: str, title: str, source: str, way: Callable[[], Analysis]) -> OtherWay:
    """Analyse in one way, or say what it lacks: the record's words need the horizon, say."""
    try:
        return OtherWay(name, title, source, way())
    except (StudyError, DataError) as error:
        return OtherWay(name, title, source, None, " ".join(str(error).split()))
