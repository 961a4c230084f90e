"""The analysis data sets together: of our own reading, or of SDTM with finished responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from trialwright.cdisc.adam.adrs import build_adrs
from trialwright.cdisc.adam.adrs_frame import read_parameters
from trialwright.cdisc.adam.adrs_own import adrs
from trialwright.cdisc.adam.adrs_records import read_called
from trialwright.cdisc.adam.adrs_rows import MDIS
from trialwright.cdisc.adam.adsl import adsl
from trialwright.cdisc.adam.adsl_sdtm import ADSL_DOMAINS, adsl_from_sdtm, check_adsl_domains
from trialwright.cdisc.adam.adtr import adtr
from trialwright.cdisc.adam.adtr_sdtm import ADTR_DOMAINS, adtr_from_sdtm, check_adtr_domains
from trialwright.cdisc.adam.adtte import AdtteRules, build_adtte
from trialwright.cdisc.adam.adtte_own import adtte
from trialwright.cdisc.adam.harm import HARM_DOMAINS, Harm, harm_from_sdtm, make_harm
from trialwright.cdisc.adam.source import check_data_set, read_domains
from trialwright.endpoints import NoTime
from trialwright.response import ResponseRules
from trialwright.response.bulk.derive_called import derive_called
from trialwright.study.counting import choose_counting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from trialwright.cdisc.adam.adrs_source import Profile
    from trialwright.cdisc.adam.adtr_sdtm import Reference
    from trialwright.cdisc.adam.harm import HarmRules
    from trialwright.dataset import Dataset, Finding
    from trialwright.endpoints import AnalysisSets, Timed, TimeToEvent
    from trialwright.response import PatientResponse
    from trialwright.response.best import BestRules
    from trialwright.study.model import Study

# The flag of ADSL for each analysis set.
SET_FLAGS = {
    "screened": "SCRNFL",
    "enrolled": "ENRLFL",
    "full_analysis": "FASFL",
    "safety": "SAFFL",
    "ablation_safety": "ABLSAFFL",
    "response_evaluable": "EVLFL",
    "per_protocol": "PPROTFL",
}


@dataclass(frozen=True, slots=True)
class Adam:
    """The analysis data sets, and what they leave out.

    ``not_counted`` names each subject of whom ADTTE counts no time, with the reason, also those
    outside the efficacy set; ``harm`` holds ADAE, ADEX and ADLB, as far as they could be made;
    ``findings`` are the warnings and notes about the source.
    """

    adsl: pl.DataFrame
    adrs: pl.DataFrame
    adtr: pl.DataFrame
    adtte: pl.DataFrame
    not_counted: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    harm: dict[str, pl.DataFrame] = field(default_factory=dict)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the data sets by name."""
        first = {"ADSL": self.adsl, "ADRS": self.adrs, "ADTR": self.adtr, "ADTTE": self.adtte}
        return first | self.harm


class CountedTimes(Protocol):
    """An endpoint that was counted: its key, per what, the times, and who has none."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def counted(self) -> str: ...  # noqa: D102
    @property
    def times(self) -> tuple[TimeToEvent, ...]: ...  # noqa: D102
    @property
    def no_times(self) -> tuple[NoTime, ...]: ...  # noqa: D102


class Analysed(Protocol):
    """What an analysis has to hold: ``trialwright.analysis.Analysis`` does."""

    @property
    def study(self) -> Study: ...  # noqa: D102
    @property
    def dataset(self) -> Dataset: ...  # noqa: D102
    @property
    def sets(self) -> AnalysisSets: ...  # noqa: D102
    @property
    def by_patient(self) -> Mapping[str, PatientResponse]: ...  # noqa: D102
    @property
    def timed(self) -> Sequence[CountedTimes]: ...  # noqa: D102
    @property
    def counting(self) -> str: ...  # noqa: D102
    @property
    def findings(self) -> tuple[Finding, ...]: ...  # noqa: D102


def make_adam(analysis: Analysed) -> Adam:
    """Write what a trial of our own found as analysis data sets.

    Parameters
    ----------
    analysis : Analysis
        From ``trialwright.analyse``. A set that could not be derived has no flag in ADSL; STUDYID
        is the registration number.
    """
    study, dataset, sets = analysis.study, analysis.dataset, analysis.sets
    patients = [member.patient_id for member in sets.members]
    flags = {
        SET_FLAGS[one.name]: {patient: patient in one for patient in patients}
        for one in sets.sets
        if one.not_derived is None
    }
    study_id = study.identity.registration_number.value or dataset.source
    subjects = adsl(dataset, sets, flags, study_id=study_id)
    responses = analysis.by_patient
    calls = adrs(
        responses,
        subjects,
        ResponseRules.of(study),
        control_days=study.endpoints.disease_control_minimum_days.require(),
    )
    sizes = adtr(dataset, responses, subjects, adsl_variables=("TRTSDT",))
    outside = [NoTime(one.patient_id, one.excluded or "") for one in sets.excluded]
    results: dict[str, tuple[Timed, ...]] = {
        one.key: (*one.times, *one.no_times, *(outside if one.counted == "patient" else ()))
        for one in analysis.timed
    }
    last = choose_counting(study, analysis.counting).last_assessment
    ends = adtte(results, subjects, calls, last_assessment=last)
    harm = make_harm(dataset, study, subjects)
    findings = (*analysis.findings, *harm.findings)
    return Adam(subjects, calls, sizes, ends.frame, ends.not_counted, findings, harm.frames)


def adam_from_sdtm(
    folder: Path,
    *,
    data_set: str | None = None,
    profile: Profile,
    rules: BestRules,
    times: AdtteRules,
    harm: HarmRules | None = None,
) -> Adam:
    """Derive the analysis data sets from SDTM, taking its responses as they were called.

    Parameters
    ----------
    folder : Path
        Holds DM, DS, EX, AE, LB, TU, TR and RS, one CSV or Parquet file each.
    data_set : str, optional
        Which data set, where the folder holds several (``onco_recist``).
    profile : {"recist11", "admiral"}
        Whose rules derive the parameters of ADRS, and from which day they count: the first
        treatment, or under ``admiral`` the randomisation.
    rules : BestRules
        Intervals and allowances of the best response.
    times : AdtteRules
        How times are counted.
    harm : HarmRules, optional
        How events are judged and results graded. If not given, there is no ADAE, ADEX and ADLB.

    Raises
    ------
    DataError
        If a domain is missing or rows contradict each other; every finding is named.
    """
    check_data_set(folder, data_set)
    domains = read_domains(folder, {*ADSL_DOMAINS, *ADTR_DOMAINS, *HARM_DOMAINS}, data_set=data_set)
    subjects = adsl_from_sdtm(domains)
    reference: Reference = "RANDDT" if profile == "admiral" else "TRTSDT"
    sizes = adtr_from_sdtm(domains, subjects, reference=reference)
    read = read_called(domains["RS"], subjects, profile)
    found = derive_called(read.called, rules, profile)
    tumours = domains.get("TU")
    calls = build_adrs(read, found, profile, tu=tumours)
    codes = [code for code in read_parameters() if tumours is not None or code != MDIS]
    ends = build_adtte(read, found, profile, times, codes=codes)
    findings = (
        *check_adsl_domains(domains),
        *check_adtr_domains(domains, subjects, reference=reference),
        *read.findings,
    )
    safety = Harm({}) if harm is None else harm_from_sdtm(domains, subjects, harm)
    findings = tuple(dict.fromkeys((*findings, *safety.findings)))
    return Adam(subjects, calls, sizes, ends.frame, ends.not_counted, findings, safety.frames)
