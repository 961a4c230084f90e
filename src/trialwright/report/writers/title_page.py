"""What stands on the title page and in the running line of every paper writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.drawing import shorten_label

if TYPE_CHECKING:
    from trialwright.report.model import Document
    from trialwright.report.writers.labels import Labels

_SHORT_TITLE = 72  # letters, which stand in one line beside the day of the data cut


def list_facts(document: Document, labels: Labels) -> tuple[tuple[str, str], ...]:
    """Return name and value of each fact below the title: the trial, its data, the versions.

    Parameters
    ----------
    document : Document
        The whole report.
    labels : Labels
        Of its language.
    """
    front, origin = document.front, document.provenance
    return (
        (labels.registration_number, front.registration_number),
        (labels.condition, front.condition),
        (labels.source, front.source),
        (labels.patients, str(front.patients)),
        (labels.data_cut, origin.data_cut),
        (labels.data_digest, origin.data_digest),
        (labels.study_digest, origin.study_digest),
        (labels.versions, labels.comma.join(" ".join(one) for one in origin.versions)),
    )


def shorten_title(document: Document) -> str:
    """Return registration number and title in one line for the head of each page.

    The title page holds them in full.
    """
    title = " ".join(f"{document.front.registration_number}  {document.front.title}".split())
    return shorten_label(title, _SHORT_TITLE)
