"""The local treatments of one patient's lesions, and by which policy each lesion counts.

RECIST 1.1 leaves this to the protocol, and the choice can decide the trial: one patient with
two 30 mm targets, one of them ablated, reads PD, PR or SD under three defensible policies.
So the policy is a field of the study file and never a default of the code. What each policy
makes of a size stands in ``local_size``.

Source: RECIST working group, questions and clarifications (local therapy); the findings after
an ablation as Ahmed et al., Radiology 2014;273:241 define them;
``docs/decisions/004-ablated-lesions.md``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trialwright.response.local_size import LocalPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from trialwright.response.patient import LocalTreatment, PatientScans, Reading

POLICIES: dict[str, str] = {
    "exclude": "an ablated lesion leaves the baseline and all later sums",
    "not_evaluable": "an ablated lesion cannot be read from the ablation on",
    "zero": "a completely ablated lesion counts 0 mm from the ablation on",
    "zone": "the ablation zone is measured in place of the lesion",
    "viable": "of an ablated lesion the part that takes up contrast is measured, at baseline too",
    "carry_forward": "an ablated lesion keeps its last size before the ablation",
}

# What a scan shows at the zone of an ablated lesion; of two readers' scans on a day the worse.
FINDINGS: dict[str, str] = {
    "complete": "complete ablation",
    "benign_rim": "benign rim",
    "residual": "residual tumour",
    "local_progression": "local progression",
}
NO_TUMOUR = ("complete", "benign_rim")
_MILD_FIRST = tuple(FINDINGS)


def policy_of(word: str) -> LocalPolicy:
    """Return the policy that the study file names.

    Parameters
    ----------
    word : str
        One of ``POLICIES``, or ``censor``, which ends the reading of the patient.

    Raises
    ------
    ValueError
        If there is no such policy.
    """
    allowed = (*POLICIES, "censor")
    if word not in allowed:
        msg = f"policy must be one of {sorted(allowed)}, not {word!r}"
        raise ValueError(msg)
    return LocalPolicy[word.upper()]


class LocalTherapies:
    """The local treatments of one patient, lesion by lesion.

    Parameters
    ----------
    scans : PatientScans
        The patient, without treatments from before the study treatment.
    whole : callable
        Returns the lesion that a fragment of a split lesion belongs to; any other name itself.
    planned, unplanned : str
        Policy for lesions treated as planned and outside the protocol. The first treatment of
        a lesion decides between them.
    """

    def __init__(
        self, scans: PatientScans, whole: Callable[[str], str], *, planned: str, unplanned: str
    ) -> None:
        self._treatments = _by_lesion(scans.local_treatments, whole)
        self._readings = _with_findings(scans.readings, whole)
        self._policies = {
            name: policy_of(planned if treatments[0].planned else unplanned)
            for name, treatments in self._treatments.items()
        }

    def policy(self, name: str) -> LocalPolicy | None:
        """Return by which policy a lesion counts; none if it was never treated locally."""
        return self._policies.get(name)

    def modality(self, name: str) -> str:
        """Return the technique of the first local treatment of a lesion that had one."""
        return self._treatments[name][0].modality

    def is_treated(self, name: str, on: date) -> bool:
        """Tell whether a scan shows a lesion after its treatment; one on the day is before."""
        return any(one.treatment_date < on for one in self._treatments.get(name, ()))

    def is_complete(self, name: str, on: date) -> bool:
        """Tell whether a treated lesion is completely ablated on a day.

        What the last scan since the last treatment shows at the zone decides; before there is
        one, the technical success of that treatment. Tumour that the first finding calls left
        by the treatment was there all the time, so that it counts on the scans before it too:
        else a residue would read as growth. Treatment of one fragment of a split lesion does
        not cover the lesion.
        """
        treatments = self._treatments[name]
        last = max(one.treatment_date for one in treatments if one.treatment_date < on)
        until = min(
            (one.treatment_date for one in treatments if one.treatment_date >= on), default=None
        )
        since = [
            one
            for one in self._readings.get(name, ())
            if last < one.scan_date and (until is None or one.scan_date <= until)
        ]
        known = [one.scan_date for one in since if one.scan_date <= on]
        if known:
            return _finding_on(max(known), since) in NO_TUMOUR
        if since and _finding_on(min(one.scan_date for one in since), since) == "residual":
            return False
        return all(
            one.complete and one.lesion_id == name
            for one in treatments
            if one.treatment_date == last
        )


def _finding_on(day: date, found: Sequence[Reading]) -> str | None:
    return worst_finding(one for one in found if one.scan_date == day)


def worst_finding(found: Iterable[Reading]) -> str | None:
    """Return the worst of the findings at an ablation zone; none if nothing was noted."""
    findings = [one.ablation_finding for one in found if one.ablation_finding is not None]
    return max(findings, key=_MILD_FIRST.index, default=None)


def shows_progression(found: Iterable[Reading], *, treated: bool) -> bool:
    """Tell whether the readings of one lesion on one visit show its unequivocal progression.

    After a local treatment this is tumour at the edge of a zone that had been complete. A rim
    of enhancement or a larger zone is none, whatever its state says, and neither is tumour
    that the treatment left, unless the reader calls its growth unequivocal.

    Parameters
    ----------
    found : iterable of Reading
        The readings of the lesion and its fragments.
    treated : bool
        Whether the visit shows the lesion after a local treatment.
    """
    for one in found:
        called = one.state == "unequivocal_progression"
        if treated and one.ablation_finding == "local_progression":
            return True
        if called and not (treated and one.ablation_finding in NO_TUMOUR):
            return True
    return False


def _by_lesion(
    treatments: Sequence[LocalTreatment], whole: Callable[[str], str]
) -> dict[str, tuple[LocalTreatment, ...]]:
    grouped: defaultdict[str, list[LocalTreatment]] = defaultdict(list)
    for treatment in sorted(treatments, key=lambda one: (one.treatment_date, one.lesion_id)):
        grouped[whole(treatment.lesion_id)].append(treatment)
    return {name: tuple(members) for name, members in grouped.items()}


def _with_findings(
    readings: Sequence[Reading], whole: Callable[[str], str]
) -> dict[str, tuple[Reading, ...]]:
    grouped: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.ablation_finding is not None:
            grouped[whole(reading.lesion_id)].append(reading)
    return {name: tuple(members) for name, members in grouped.items()}
