"""Designs for a time to event, by the one-sample log-rank test against a historical curve."""

from trialwright.design.log_rank.characteristics import LogRankCharacteristics
from trialwright.design.log_rank.looks import LogRankLooks, find_log_rank_looks
from trialwright.design.log_rank.one_stage import LogRankDesign, find_log_rank
from trialwright.design.log_rank.rule import Analysis, LogRankRule
from trialwright.design.log_rank.search import LogRankSearch, Weighted, find_log_rank_two_stage
from trialwright.design.log_rank.simulation import (
    LogRankSimulation,
    Simulated,
    simulate_log_rank,
)
from trialwright.design.log_rank.trial import LogRankMethod, LogRankTrial
from trialwright.design.log_rank.two_stage import Ending, LogRankTwoStage, TwoStageMethod

__all__ = [
    "Analysis",
    "Ending",
    "LogRankCharacteristics",
    "LogRankDesign",
    "LogRankLooks",
    "LogRankMethod",
    "LogRankRule",
    "LogRankSearch",
    "LogRankSimulation",
    "LogRankTrial",
    "LogRankTwoStage",
    "Simulated",
    "TwoStageMethod",
    "Weighted",
    "find_log_rank",
    "find_log_rank_looks",
    "find_log_rank_two_stage",
    "simulate_log_rank",
]
