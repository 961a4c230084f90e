"""The tables of the study file, field by field; the description of a field is its comment.

How times and rates are counted stands in ``counting``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from trialwright.study.section import (
    CalendarDay,
    Count,
    Days,
    DaysPerMonth,
    Level,
    Milligrams,
    Millimetres,
    Months,
    Percent,
    Rate,
    Section,
    Size,
    StudyDay,
    TimeOrigin,
    Weeks,
)
from trialwright.study.stated import Stated

PlannedPolicy = Literal["exclude", "not_evaluable", "zero", "zone", "viable", "carry_forward"]
AllDiseasePolicy = Literal["not_evaluable", "zero", "zone", "viable", "carry_forward"]
PartialDay = Literal["refuse", "first_day", "middle_day", "last_day"]
UnplannedPolicy = Literal["not_evaluable", "zero", "zone", "viable", "carry_forward", "censor"]


class RecordedOutcome(Section):
    """One outcome as the registry record words it."""

    role: Literal["primary", "secondary", "other"]
    measure: str
    description: str | None = None
    time_frame: str | None = None
    raw: str


class Identity(Section):
    """Which trial this is."""

    registration_number: Stated[str] = Field(description="Registration number (NCT ..., EUCT ...).")
    title: Stated[str] = Field(description="Title of the trial.")
    condition: Stated[str] = Field(description="Disease under treatment.")
    population: Stated[str] = Field(description="Who may enter, in one sentence.")


class Design(Section):
    """How many patients, and what decides."""

    kind: Stated[Literal["two_stage", "descriptive"]] = Field(
        description="two_stage: Simon's rule tests the response rate; descriptive: no test."
    )
    null_response_rate: Stated[Rate] = Field(
        description="Response rate of no interest (p0): no better means drop it."
    )
    alternative_response_rate: Stated[Rate] = Field(
        description="Response rate worth pursuing (p1), above the null rate."
    )
    type_one_error: Stated[Rate] = Field(
        description="Chance to declare activity at the null rate, one-sided (alpha)."
    )
    power: Stated[Rate] = Field(
        description="Chance to declare activity at the alternative rate (1 - beta)."
    )
    first_stage_patients: Stated[Size] = Field(description="Patients of the first stage (n1).")
    first_stage_bound: Stated[Count] = Field(
        description="Stop after the first stage at this many responders or fewer (r1)."
    )
    planned_patients: Stated[Size] = Field(description="Patients of both stages (n).")
    final_bound: Stated[Count] = Field(
        description="Activity is declared with more responders than this (r)."
    )
    accrual_months: Stated[Months] = Field(description="Months to enrol all patients.")


class ConsideredDesign(Section):
    """A two-stage design that was weighed against the chosen one."""

    basis: str = Field(description="Why it was looked at, and why it was not chosen.")
    null_response_rate: Rate = Field(description="Response rate of no interest (p0).")
    alternative_response_rate: Rate = Field(description="Response rate worth pursuing (p1).")
    type_one_error: Rate = Field(description="Type I error that was asked for, one-sided.")
    power: Rate = Field(description="Power that was asked for.")
    first_stage_patients: Size = Field(description="Patients of the first stage (n1).")
    first_stage_bound: Count = Field(
        description="Stop after the first stage at this many responders or fewer (r1)."
    )
    planned_patients: Size = Field(description="Patients of both stages (n).")
    final_bound: Count = Field(
        description="Activity is declared with more responders than this (r)."
    )

    @field_validator("basis")
    @classmethod
    def _check_basis(cls, basis: str) -> str:
        if not basis.strip():
            msg = "write it in words; reports print it"
            raise ValueError(msg)
        return basis


class Treatment(Section):
    """One drug of the study treatment."""

    name: Stated[str] = Field(description="Drug.")
    dose_mg: Stated[Milligrams] = Field(description="Dose per administration, mg.")
    cycle_days: Stated[Size] = Field(description="Length of a cycle, days.")
    days_given: Stated[Size] = Field(
        description="Days of the cycle on which it is given, counted from day 1."
    )
    dose_levels_mg: Stated[tuple[Milligrams, ...]] = Field(
        description="Doses that it may be reduced to, highest first, mg; [] if it is never "
        "reduced. Below the lowest it is stopped."
    )
    dose_rules: Stated[str] = Field(
        description="Rules by which it is held, reduced and stopped: regorafenib_label, "
        "toripalimab_label, toripalimab_chinese_practice, the name of a set in [[dose_rules]], "
        "or none."
    )


class Ablation(Section):
    """Local ablation as part of the study treatment."""

    modality: Stated[Literal["RFA", "MWA", "cryoablation", "HIFU"]] = Field(
        description="Technique."
    )
    timing: Stated[tuple[StudyDay, StudyDay]] = Field(
        description="First and last day of the procedure, counted from the first dose (day 1)."
    )
    extent: Stated[str] = Field(description="Which lesions are ablated and which are left.")
    largest_lesion_mm: Stated[Millimetres] = Field(
        description="Largest diameter of a lesion that may be ablated, mm."
    )
    drug_hold: Stated[str] = Field(
        description="Which drug is held around the procedure, and for how long."
    )
    first_scan_weeks: Stated[tuple[Weeks, Weeks]] = Field(
        description="Weeks after the procedure between which its first control scan lies."
    )


class Schedule(Section):
    """When tumours are assessed, and for how long."""

    assessment_interval_weeks: Stated[Weeks] = Field(
        description="Weeks between tumour assessments, counted from the first dose."
    )
    assessment_window_days: Stated[Days] = Field(
        description="Days by which an assessment may be early or late."
    )
    later_assessments: Stated[tuple[Weeks, ...]] = Field(
        description="Where the interval changes: after how many weeks, and to how many weeks "
        "between assessments; [] if it never changes."
    )
    baseline_window_days: Stated[Size] = Field(
        description="Baseline imaging at most this many days before the first treatment."
    )
    horizon_months: Stated[Months] = Field(
        description="Follow-up that the record's time frames ask for, months."
    )
    first_patient_date: Stated[CalendarDay] = Field(
        description="Day the first patient enters (simulated trials only)."
    )


class Response(Section):
    """How scans are read."""

    criteria: Stated[Literal["RECIST 1.1"]] = Field(description="Response criteria.")
    immune_criteria: Stated[Literal["none", "iRECIST"]] = Field(
        description="Criteria for immunotherapy that are read beside the response criteria."
    )
    immune_confirmation_days: Stated[Days] = Field(
        description="Under iRECIST a scan sooner than this many days after an unconfirmed "
        "progression neither confirms nor withdraws it; 0: any later scan does."
    )
    best_response_rules: Stated[Literal["recist11", "admiral"]] = Field(
        description="How best overall response is derived from the time points. recist11: the "
        "guideline; admiral: as the R package admiralonco does, to compare with its results."
    )
    reader: Stated[Literal["investigator", "central"]] = Field(
        description="Whose reading counts. central: the two central readers, and where they "
        "disagree the one that the adjudicator accepted. Data that name no reader hold one reading."
    )
    adjudication: Stated[Literal["best_response", "best_response_and_progression"]] = Field(
        description="In what two central readers must agree; otherwise the adjudicator decides."
    )
    confirmation_required: Stated[bool] = Field(
        description="Does a response count only once a later scan confirms it?"
    )
    confirmation_interval_days: Stated[Size] = Field(
        description="A confirming scan is at least this many days after the first."
    )
    intervening_not_evaluable: Stated[Count] = Field(
        description="Not-evaluable time points allowed between a response and its confirmation."
    )
    intervening_stable_disease: Stated[Count] = Field(
        description="Stable time points allowed between a partial response and its confirmation."
    )
    minimum_stable_disease_days: Stated[Days] = Field(
        description="Stable disease counts from this many days after the first treatment on."
    )
    persistent_partial_response: Stated[bool] = Field(
        description="true: a partial response stays one until progression (EORTC); "
        "false: every time point is read against baseline alone."
    )
    planned_ablation: Stated[PlannedPolicy] = Field(
        description="How a lesion ablated as planned counts. exclude: it leaves the baseline and "
        "all later sums; not_evaluable: its size is missing from the ablation on; zero: 0 mm from "
        "the ablation on; zone: the ablation zone is measured; viable: the part that takes up "
        "contrast is measured, at baseline too; carry_forward: the last size before the ablation "
        "is kept."
    )
    all_disease_ablation: Stated[AllDiseasePolicy] = Field(
        description="How it counts in the reading of all disease, which is reported beside the "
        "reading of the lesions that were not ablated."
    )
    baseline_after_ablation: Stated[bool] = Field(
        description="Is the first scan after the planned ablation the baseline, instead of the "
        "scan before treatment?"
    )
    unplanned_local_therapy: Stated[UnplannedPolicy] = Field(
        description="The same for a lesion treated locally outside the protocol. censor: the "
        "treatment counts as new anticancer therapy, and nothing after it counts. Leaving such a "
        "lesion out is no choice: it would be made after its course was seen."
    )
    changed_method: Stated[Literal["flag", "not_evaluable"]] = Field(
        description="A target lesion measured by another method than at baseline (CT, MRI) is "
        "flagged, or is not evaluable."
    )
    tumour_marker: Stated[str] = Field(
        description="Laboratory test (as the table labs names it, such as CEA) that, if above "
        "normal before treatment, must become normal before a response is complete; none: no "
        "marker is used."
    )
    time_point_date: Stated[Literal["earliest", "latest"]] = Field(
        description="Date of an assessment whose scans lie on several days; earliest: its first "
        "scan, but a progression is dated at the first scan that shows it (a grown sum at the "
        "last scan of the targets)."
    )


class Endpoints(Section):
    """What each endpoint is."""

    criteria: Stated[Literal["RECIST 1.1", "iRECIST"]] = Field(
        description="By which criteria the calls that every endpoint counts are made. iRECIST "
        "needs response.immune_criteria."
    )
    time_origin: Stated[TimeOrigin] = Field(description="Day from which PFS and TTP are counted.")
    overall_survival_origin: Stated[TimeOrigin] = Field(
        description="Day from which overall survival is counted."
    )
    disease_control_minimum_days: Stated[Days] = Field(
        description="Stable disease counts as disease control from this many days after the first "
        "treatment on."
    )
    other_disease_control_days: Stated[tuple[Days, ...]] = Field(
        description="Further minimum durations, in days, for which disease control is reported."
    )
    duration_of_response_ends_at_death: Stated[bool] = Field(
        description="Is death without progression an event of the duration of response?"
    )
    time_to_progression_death: Stated[
        Literal["censored_at_last_assessment", "censored_at_death"]
    ] = Field(
        description="Where a death without progression is censored in time to progression; with "
        "death as a competing event it is reported too."
    )
    time_unit: Stated[Literal["months", "weeks", "days"]] = Field(
        description="Unit in which times are reported."
    )
    days_per_month: Stated[DaysPerMonth] = Field(description="Days that make a month in reports.")
    first_day_counts: Stated[bool] = Field(
        description="Is a duration end - start + 1 (true) or end - start (false) days?"
    )


class AnalysisSets(Section):
    """Who is counted."""

    efficacy: Stated[Literal["treated", "enrolled"]] = Field(
        description="The full analysis set: denominator of the response rate and start of every "
        "survival curve."
    )
    per_protocol_dose_percent: Stated[Percent] = Field(
        description="The per-protocol set asks of each drug at least this percentage of its "
        "planned dose while on treatment."
    )


class Statistics(Section):
    """How estimates are made."""

    confidence_level: Stated[Level] = Field(description="Two-sided level of every interval.")
    proportion_interval: Stated[
        Literal[
            "clopper_pearson", "wilson", "wilson_corrected", "jeffreys", "mid_p", "agresti_coull"
        ]
    ] = Field(description="Interval of a proportion.")
    two_stage_size_change: Stated[Literal["stage_wise", "conditional"]] = Field(
        description="How a two-stage trial with another number of patients than planned is "
        "tested. stage_wise: on the numbers attained, if they did not depend on the responses; "
        "conditional: by the type I error that the plan leaves after stage 1."
    )
    survival_interval: Stated[Literal["log-log", "log", "plain", "logit", "arcsin"]] = Field(
        description="Scale on which survival intervals are made."
    )
    incidence_interval: Stated[Literal["log-log", "log", "plain"]] = Field(
        description="Scale on which intervals of a cumulative incidence are made."
    )
    incidence_variance: Stated[Literal["aalen", "delta"]] = Field(
        description="Variance of a cumulative incidence. aalen: of the counting process; delta: of "
        "the product limit by the delta method."
    )
    progression_landmarks_months: Stated[tuple[Months, ...]] = Field(
        description="Months at which progression-free rates are reported."
    )
    survival_landmarks_months: Stated[tuple[Months, ...]] = Field(
        description="Months at which survival rates are reported."
    )


class Dates(Section):
    """How dates that are only partly known are completed."""

    partial_death_date: Stated[PartialDay] = Field(
        description="A death of which the year is known and not the day. refuse: an error, until "
        "the day is found; first_day, middle_day, last_day: that possible day, never before the "
        "last contact with the patient."
    )
    unknown_death_date: Stated[
        Literal["refuse", "day_after_last_contact", "censor_at_last_contact"]
    ] = Field(
        description="A death of which not even the year is known. refuse: an error; "
        "day_after_last_contact: the day after the patient was last known to be alive; "
        "censor_at_last_contact: no event, the patient is censored like one who is alive."
    )
    partial_new_therapy_date: Stated[PartialDay] = Field(
        description="The same as for a death, for the start of a new anticancer treatment; never "
        "before the first study treatment."
    )
    partial_end_of_treatment_date: Stated[PartialDay] = Field(
        description="The same for the end of a drug, of treatment or of the study; never before "
        "the last dose nor after the death."
    )


class Data(Section):
    """Which findings about the data do not stop an analysis."""

    accepted_findings: Stated[tuple[str, ...]] = Field(
        description="Checks whose errors are accepted: the value concerned is not used (a "
        "lesion without a size is not evaluable), and the finding is printed in the report."
    )
    patient_not_evaluable: Stated[tuple[str, ...]] = Field(
        description="Checks of the lesions whose findings make their patient not evaluable; any "
        "other such check is a warning: the patient is evaluated, and flagged in the report."
    )


class Simulation(Section):
    """What virtual patients are drawn from, and how their trial is run."""

    scenario: Stated[str] = Field(description="Scenario of the virtual patients.")
    null_scenario: Stated[str] = Field(
        description="Scenario in which the response rate is the null rate (many trials)."
    )
    alternative_scenario: Stated[str] = Field(
        description="Scenario in which it is the alternative rate (many trials)."
    )
    first_look_weeks: Stated[Weeks] = Field(
        description="The look after stage 1 waits until each of its patients has been followed so "
        "many weeks, or cannot respond any more; a response counts in it once it is known."
    )
    accrual_at_first_look: Stated[Literal["pauses", "continues"]] = Field(
        description="Whether patients of stage 2 enter while that look is waited for."
    )
