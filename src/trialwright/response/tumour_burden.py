"""How much tumour there was before treatment: lesions, liver, sum of the targets.

All disease is counted, the lesions that were ablated later too: what a reading leaves out of its
sums does not belong to another patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.dataset.schema import SIZE_OF_STATE
from trialwright.response.timeline import find_baseline, group_by_visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialwright.response.patient import Lesion, PatientScans, Reading

_LIVER = "liver"


@dataclass(frozen=True, slots=True)
class TumourBurden:
    """The tumour of one patient at the baseline scan; lengths in mm.

    Parameters
    ----------
    patient_id : str
        The patient.
    targets : int or None
        Target lesions; none where there is no baseline scan.
    sum_mm : float or None
        Sum of the target diameters (short axis of a node); none unless every one was read.
    liver_lesions : int or None
        Lesions in the liver, non-target ones too.
    largest_liver_mm : float or None
        The largest diameter among them; none where none was measured.
    extrahepatic : tuple of str or None
        Organs with a lesion outside the liver, each once.
    why_not : str
        Why there is no baseline scan.
    """

    patient_id: str
    targets: int | None = None
    sum_mm: float | None = None
    liver_lesions: int | None = None
    largest_liver_mm: float | None = None
    extrahepatic: tuple[str, ...] | None = None
    why_not: str = ""


def measure_burden(scans: PatientScans) -> TumourBurden:
    """Return the tumour burden of a patient at baseline.

    Parameters
    ----------
    scans : PatientScans
        The patient, in the reading that counts.

    Returns
    -------
    TumourBurden
        Of the baseline before treatment; ``why_not`` where there is none.

    Notes
    -----
    A fragment of a lesion is no lesion of its own, and a new lesion is none of baseline. A lesion
    in an organ that nobody recorded is named as such, not taken for one outside the liver.

    Source: RECIST 1.1 (Eisenhauer 2009), sections 3.2 and 4.3.2 (sum of baseline diameters; 5 mm
    for a lesion too small to measure).
    """
    baseline = find_baseline(scans, group_by_visit(scans.readings, "earliest"))
    if baseline is None:
        why = "never treated" if scans.first_treatment is None else "no scan before treatment"
        return TumourBurden(scans.patient_id, why_not=why)
    sizes = {one.lesion_id: _size(one) for one in baseline.readings}
    absent = {one.lesion_id for one in baseline.readings if one.state == "absent"}
    lesions = [one for one in scans.lesions if _was_there(one, absent)]
    targets = [one for one in lesions if one.role == "target"]
    liver = [one for one in lesions if one.organ == _LIVER]
    return TumourBurden(
        scans.patient_id,
        len(targets),
        _sum(targets, sizes),
        len(liver),
        max(_known(liver, sizes), default=None),
        tuple(dict.fromkeys(one.organ for one in lesions if one.organ != _LIVER)),
    )


def _was_there(lesion: Lesion, absent: set[str]) -> bool:
    """Tell whether a lesion is one of baseline: a non-target that was absent then is none."""
    if lesion.role == "new" or lesion.split_from is not None:
        return False
    return lesion.role == "target" or lesion.lesion_id not in absent


def _size(reading: Reading) -> float | None:
    if reading.diameter_mm is not None:
        return reading.diameter_mm
    return SIZE_OF_STATE.get(reading.state or "")


def _known(lesions: Iterable[Lesion], sizes: Mapping[str, float | None]) -> list[float]:
    found = (sizes.get(one.lesion_id) for one in lesions)
    return [size for size in found if size is not None]


def _sum(targets: list[Lesion], sizes: Mapping[str, float | None]) -> float | None:
    """Return the sum of the targets; none without a target, or where one was not read."""
    known = _known(targets, sizes)
    return sum(known) if targets and len(known) == len(targets) else None
