"""The fields of a results section as the registry names and nests them.

Counts of participants in the flow, and every value of a measure, are texts; counts of adverse
events are whole numbers. A key that is not required is left out where nothing is known.

Source: ClinicalTrials.gov, study data structure of API version 2 (2024). Oracle: the real records
in ``tests/oracle/report/test_registry_structure.py``.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

ParamType = Literal["COUNT_OF_PARTICIPANTS", "NUMBER", "MEAN", "MEDIAN"]
BaselineDispersion = Literal["STANDARD_DEVIATION", "FULL_RANGE"]
OutcomeType = Literal["PRIMARY", "SECONDARY", "OTHER_PRE_SPECIFIED"]
ReportingStatus = Literal["POSTED", "NOT_POSTED"]


class Group(TypedDict):
    """An arm or group: its identifier within a module, title and description."""

    id: str
    title: str
    description: str


class Count(TypedDict):
    """A number of participants in one group."""

    groupId: str
    value: str


class Denominator(TypedDict):
    """How many were analysed in each group."""

    units: str
    counts: list[Count]


class Subjects(TypedDict):
    """Participants of one group who reached a milestone, or left for a reason."""

    groupId: str
    numSubjects: str


class Milestone(TypedDict):
    """A step of the participant flow."""

    type: str
    comment: NotRequired[str]
    achievements: list[Subjects]


class DropWithdraw(TypedDict):
    """A reason for which participants did not complete a period."""

    type: str
    reasons: list[Subjects]


class Period(TypedDict):
    """A period of the participant flow."""

    title: str
    milestones: list[Milestone]
    dropWithdraws: NotRequired[list[DropWithdraw]]


class ParticipantFlow(TypedDict):
    """The participant flow module."""

    preAssignmentDetails: NotRequired[str]
    groups: list[Group]
    periods: list[Period]


class Measurement(TypedDict):
    """One value of one group, with its spread or its limits; NA needs a comment."""

    groupId: str
    value: str
    spread: NotRequired[str]
    lowerLimit: NotRequired[str]
    upperLimit: NotRequired[str]
    comment: NotRequired[str]


class Category(TypedDict):
    """A category of a row, with the values of each group."""

    title: NotRequired[str]
    measurements: list[Measurement]


class MeasureClass(TypedDict):
    """A row of a measure."""

    title: NotRequired[str]
    categories: list[Category]


class BaselineMeasure(TypedDict):
    """A characteristic before treatment."""

    title: str
    description: NotRequired[str]
    populationDescription: NotRequired[str]
    paramType: ParamType
    dispersionType: NotRequired[BaselineDispersion]
    unitOfMeasure: str
    denoms: NotRequired[list[Denominator]]
    classes: list[MeasureClass]


class BaselineCharacteristics(TypedDict):
    """The baseline characteristics module."""

    populationDescription: NotRequired[str]
    groups: list[Group]
    denoms: list[Denominator]
    measures: list[BaselineMeasure]


class OutcomeAnalysis(TypedDict):
    """A test or estimate that goes with an outcome measure."""

    groupIds: list[str]
    groupDescription: str
    nonInferiorityType: Literal["OTHER"]
    nonInferiorityComment: str
    pValue: str
    pValueComment: str
    statisticalMethod: str
    statisticalComment: NotRequired[str]
    paramType: str
    paramValue: str
    ciPctValue: str
    ciNumSides: Literal["TWO_SIDED"]
    ciLowerLimit: str
    ciUpperLimit: str
    estimateComment: str


class OutcomeMeasure(TypedDict):
    """An outcome as it was registered, with its result where it is posted."""

    type: OutcomeType
    title: str
    description: NotRequired[str]
    populationDescription: str
    reportingStatus: ReportingStatus
    paramType: NotRequired[ParamType]
    dispersionType: NotRequired[str]
    unitOfMeasure: NotRequired[str]
    timeFrame: NotRequired[str]
    groups: NotRequired[list[Group]]
    denoms: NotRequired[list[Denominator]]
    classes: NotRequired[list[MeasureClass]]
    analyses: NotRequired[list[OutcomeAnalysis]]


class OutcomeMeasures(TypedDict):
    """The outcome measures module."""

    outcomeMeasures: list[OutcomeMeasure]


class EventGroup(TypedDict):
    """The totals of one group; a pair is left out where its table was not collected."""

    id: str
    title: str
    description: str
    deathsNumAffected: NotRequired[int]
    deathsNumAtRisk: NotRequired[int]
    seriousNumAffected: NotRequired[int]
    seriousNumAtRisk: NotRequired[int]
    otherNumAffected: NotRequired[int]
    otherNumAtRisk: NotRequired[int]


class EventStats(TypedDict):
    """Events of one term in one group, and the participants who had them."""

    groupId: str
    numEvents: int
    numAffected: int
    numAtRisk: int


class AdverseEvent(TypedDict):
    """One term with its counts."""

    term: str
    organSystem: NotRequired[str]
    stats: list[EventStats]


class AdverseEvents(TypedDict):
    """The adverse events module."""

    frequencyThreshold: str
    timeFrame: NotRequired[str]
    description: NotRequired[str]
    eventGroups: list[EventGroup]
    seriousEvents: NotRequired[list[AdverseEvent]]
    otherEvents: NotRequired[list[AdverseEvent]]


class Limitations(TypedDict):
    """What limits the results."""

    description: str


class MoreInfo(TypedDict):
    """The module of limitations, agreements and contact; the last two are never made up."""

    limitationsAndCaveats: NotRequired[Limitations]


class ResultsSection(TypedDict):
    """The results section."""

    participantFlowModule: ParticipantFlow
    baselineCharacteristicsModule: BaselineCharacteristics
    outcomeMeasuresModule: OutcomeMeasures
    adverseEventsModule: AdverseEvents
    moreInfoModule: MoreInfo


class Identification(TypedDict):
    """What is known of the trial's identity."""

    nctId: NotRequired[str]
    briefTitle: NotRequired[str]


class Conditions(TypedDict):
    """The conditions under study."""

    conditions: list[str]


class RegisteredOutcome(TypedDict):
    """An outcome as it was registered."""

    measure: str
    description: NotRequired[str]
    timeFrame: NotRequired[str]


class RegisteredOutcomes(TypedDict):
    """The outcomes as they were registered."""

    primaryOutcomes: NotRequired[list[RegisteredOutcome]]
    secondaryOutcomes: NotRequired[list[RegisteredOutcome]]
    otherOutcomes: NotRequired[list[RegisteredOutcome]]


class ProtocolSection(TypedDict):
    """What the study file holds of the registered protocol."""

    identificationModule: Identification
    conditionsModule: NotRequired[Conditions]
    outcomesModule: NotRequired[RegisteredOutcomes]


class RegistryResults(TypedDict):
    """A study of the registry: what identifies it, and its results."""

    protocolSection: ProtocolSection
    resultsSection: ResultsSection
    hasResults: bool
