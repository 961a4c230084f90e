"""Inference after a two-stage trial: estimate, p-value and interval that keep to the decision."""

from trialwright.stats.two_stage.attained import ConditionalTest
from trialwright.stats.two_stage.estimates import (
    bias,
    bias_adjusted,
    maximum_likelihood,
    median_unbiased,
    unbiased,
)
from trialwright.stats.two_stage.infer import SizeChange, infer_after_two_stages
from trialwright.stats.two_stage.plan import Attained, TwoStagePlan
from trialwright.stats.two_stage.result import TwoStageInference, TwoStageTable
from trialwright.stats.two_stage.sample_space import SampleSpace
from trialwright.stats.two_stage.table import infer_all

__all__ = [
    "Attained",
    "ConditionalTest",
    "SampleSpace",
    "SizeChange",
    "TwoStageInference",
    "TwoStagePlan",
    "TwoStageTable",
    "bias",
    "bias_adjusted",
    "infer_after_two_stages",
    "infer_all",
    "maximum_likelihood",
    "median_unbiased",
    "unbiased",
]
