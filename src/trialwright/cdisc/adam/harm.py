"""ADAE, ADEX and ADLB together: of our own safety analysis, or of SDTM domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.cdisc.adam.adae import ADAE_DOMAINS, adae, adae_from_sdtm, check_adae_domains
from trialwright.cdisc.adam.adex import ADEX_DOMAINS, adex, adex_from_sdtm, check_adex_domains
from trialwright.cdisc.adam.adlb import ADLB_DOMAINS, adlb, adlb_from_sdtm, check_adlb_domains
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.errors import StudyError
from trialwright.safety.course import gather_courses
from trialwright.safety.events import derive_events
from trialwright.safety.exposure import derive_exposure
from trialwright.safety.laboratory import grade_laboratory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from trialwright.dataset import Dataset, Finding
    from trialwright.safety.emergence import UnknownOnset
    from trialwright.study.model import Study

HARM_DOMAINS = tuple(dict.fromkeys((*ADAE_DOMAINS, *ADEX_DOMAINS, *ADLB_DOMAINS)))
_SETTLE = "settle the choice in the study file"


@dataclass(frozen=True, slots=True)
class HarmRules:
    """How events are judged and results graded, where the data are SDTM.

    Parameters
    ----------
    emergent_days : int
        An event is treatment-emergent up to so many days after the last treatment.
    ctcae_version : str
        The version of CTCAE by which results are graded.
    significant_digits : int
        Digits to which a result and a threshold are rounded before they are compared.
    unknown_onset : {"emergent", "not_emergent"}
        Whether an event whose start is not known is treatment-emergent.
    """

    emergent_days: int
    ctcae_version: str
    significant_digits: int
    unknown_onset: UnknownOnset = "emergent"

    @classmethod
    def of(cls, study: Study) -> HarmRules:
        """Take the choices of a study; raise ``StudyError`` if one is still open."""
        safety = study.safety
        return cls(
            safety.emergent_days.require(),
            safety.ctcae_version.require(),
            safety.significant_digits.require(),
            safety.unknown_onset.require(),
        )


@dataclass(frozen=True, slots=True)
class Harm:
    """ADAE, ADEX and ADLB by name, as far as they could be made, and the findings."""

    frames: dict[str, pl.DataFrame]
    findings: tuple[Finding, ...] = ()


def choose_harm_rules(study: Study) -> tuple[HarmRules | None, tuple[Finding, ...]]:
    """Take the choices of a study; none and a finding where one is still open."""
    try:
        return HarmRules.of(study), ()
    except StudyError as error:
        message = f"no ADAE, ADEX and ADLB: {error}"
        return None, (adam_finding("adam.choice_open", message, _SETTLE, "study"),)


def make_harm(dataset: Dataset, study: Study, adsl: pl.DataFrame) -> Harm:
    """Write the safety analysis of a trial of our own as ADAE, ADEX and ADLB.

    Parameters
    ----------
    dataset : Dataset
        What was observed. What was not collected becomes no data set.
    study : Study
        The choices of ``[safety]``. Where one is still open, its data set is not made, and a
        finding says so.
    adsl : polars.DataFrame
        From ``adsl``.
    """
    courses = gather_courses(dataset, study)
    makers: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "ADAE": ("adverse_events", lambda: adae(derive_events(dataset, study, courses), adsl)),
        "ADEX": ("doses", lambda: adex(derive_exposure(dataset, study, courses), adsl)),
        "ADLB": ("labs", lambda: adlb(grade_laboratory(dataset, study, courses), adsl)),
    }
    frames: dict[str, pl.DataFrame] = {}
    findings: list[Finding] = []
    for name, (table, make) in makers.items():
        if not dataset.collected(table):
            continue
        try:
            frames[name] = make()
        except StudyError as error:
            message = f"no {name}: {error}"
            findings.append(adam_finding("adam.choice_open", message, _SETTLE, table))
    return Harm(frames, tuple(findings))


def harm_from_sdtm(
    domains: Mapping[str, pl.DataFrame], adsl: pl.DataFrame, rules: HarmRules
) -> Harm:
    """Derive ADAE, ADEX and ADLB from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        AE, EX and LB by their code.
    adsl : polars.DataFrame
        From ``adsl_from_sdtm``.
    rules : HarmRules
        How events are judged and results graded.

    Raises
    ------
    DataError
        If a domain is missing or rows contradict each other. Where the doses of EX cannot be
        added up, there is no ADEX, and the findings say why.
    """
    mixed = check_adex_domains(domains, adsl)
    frames = {
        "ADAE": adae_from_sdtm(
            domains,
            adsl,
            emergent_days=rules.emergent_days,
            unknown_onset=rules.unknown_onset,
        ),
        "ADLB": adlb_from_sdtm(
            domains,
            adsl,
            ctcae_version=rules.ctcae_version,
            significant_digits=rules.significant_digits,
        ),
    }
    if not any(one.severity == "error" for one in mixed):
        frames["ADEX"] = adex_from_sdtm(domains, adsl)
    found = (
        *check_adae_domains(domains, adsl),
        *mixed,
        *check_adlb_domains(domains, adsl),
    )
    return Harm(frames, tuple(dict.fromkeys(found)))
