"""Lee and Liu: stop where success at the end has become improbable."""

from trialwright.design.predictive.design import Monitoring, PredictiveDesign
from trialwright.design.predictive.search import PredictiveSearch, find_predictive

__all__ = [
    "Monitoring",
    "PredictiveDesign",
    "PredictiveSearch",
    "find_predictive",
]
