"""How long a text of the registry may be; nothing is cut, what is too long is named.

Source: ClinicalTrials.gov, results data elements (June 2023). The submission system has the last
word: no record of ``tests/oracle/report/test_registry_structure.py`` exceeds these limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.registry.fields import RegistryResults

# By the end of the path to a text, the more particular first.
_LIMITS = (
    ("identificationModule.briefTitle", 300),
    ("outcomeMeasures.title", 255),
    ("outcomeMeasures.timeFrame", 255),
    ("outcomeMeasures.description", 999),
    ("analyses.statisticalMethod", 150),
    ("analyses.pValueComment", 250),
    ("analyses.estimateComment", 250),
    ("analyses.groupDescription", 999),
    ("analyses.nonInferiorityComment", 999),
    ("measures.description", 600),
    ("groups.title", 100),
    ("groups.description", 1500),
    ("eventGroups.title", 100),
    ("eventGroups.description", 1500),
    ("periods.title", 40),
    ("milestones.type", 100),
    ("milestones.comment", 500),
    ("dropWithdraws.type", 100),
    ("measures.title", 100),
    ("categories.title", 100),
    ("classes.title", 100),
    (".unitOfMeasure", 40),
    (".populationDescription", 500),
    (".preAssignmentDetails", 500),
    ("adverseEventsModule.timeFrame", 500),
    ("adverseEventsModule.description", 500),
    ("seriousEvents.term", 100),
    ("otherEvents.term", 100),
    ("limitationsAndCaveats.description", 500),
)
_SHOWN = 60  # letters of a text that is quoted
_LAST_WESTERN_LETTER = 0x3FF  # Latin and Greek; what the registry shows beyond them is not known


def find_texts(record: RegistryResults) -> Iterator[tuple[str, str]]:
    """Yield every text of a record with the path to it, lists left out of the path."""
    yield from _walk("", record)


def find_overlong(record: RegistryResults) -> Iterator[tuple[str, str]]:
    """Yield the path of each text that is longer than the registry takes, and says so in words."""
    for path, text in find_texts(record):
        limit = limit_of(path)
        if limit is not None and len(text) > limit:
            yield (
                path,
                (
                    f"'{_quote(text)}' has {len(text)} characters, and the registry takes {limit}; "
                    "nothing was cut, shorten it."
                ),
            )


def find_foreign(record: RegistryResults) -> Iterator[tuple[str, str]]:
    """Yield the path of each text in other letters than the registry's English, and say so."""
    for path, text in find_texts(record):
        if any(ord(sign) > _LAST_WESTERN_LETTER and sign.isalpha() for sign in text):
            yield path, f"'{_quote(text)}' is to be translated: the registry is in English."


def limit_of(path: str) -> int | None:
    """Return how many characters the text at a path may have; none where no limit is known.

    Examples
    --------
    >>> limit_of("resultsSection.outcomeMeasuresModule.outcomeMeasures.title")
    255
    """
    return next((limit for end, limit in _LIMITS if path.endswith(end)), None)


def _walk(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(path, inner)


def _quote(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
