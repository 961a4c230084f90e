"""How sure are we: proportions, survival, one-sample tests, inference after two stages.

One page a method: ``docs/statistics``. Importing this room costs NumPy and no more; SciPy is
loaded by the call that needs it. Many data sets at once: ``trialwright.stats.bulk``.
"""

from trialwright.stats.beta_binomial import (
    BetaRate,
    CredibleInterval,
)
from trialwright.stats.cox import (
    CoxModel,
)
from trialwright.stats.cumulative_incidence import (
    CumulativeIncidence,
)
from trialwright.stats.gray import (
    gray_tests,
)
from trialwright.stats.group_comparison import (
    GroupComparison,
)
from trialwright.stats.historical import (
    Digitised,
    Exponential,
    HistoricalCurve,
    Weibull,
)
from trialwright.stats.incidence_rate import IncidenceRate
from trialwright.stats.kaplan_meier import (
    Band,
    KaplanMeier,
    follow_up,
)
from trialwright.stats.landmark import (
    LandmarkTest,
    exact_landmark_test,
    landmark_test,
)
from trialwright.stats.log_rank import (
    log_rank_test,
)
from trialwright.stats.nelson_aalen import (
    NelsonAalen,
)
from trialwright.stats.one_sample_log_rank import (
    OneSampleLogRank,
    one_sample_log_rank_test,
)
from trialwright.stats.one_sample_log_rank_size import (
    OneSampleLogRankSize,
    one_sample_log_rank_size,
)
from trialwright.stats.piecewise_exponential import (
    PiecewiseExponential,
)
from trialwright.stats.predictive_probability import (
    PredictiveProbability,
    predictive_probability,
)
from trialwright.stats.proportion import (
    INTERVALS,
    Proportion,
    agresti_coull,
    clopper_pearson,
    jeffreys,
    mid_p,
    wilson,
    wilson_corrected,
)
from trialwright.stats.rate_test import (
    RateTest,
    exact_rate_test,
)
from trialwright.stats.result import (
    Estimate,
    HypothesisTest,
)
from trialwright.stats.simultaneous_band import (
    SimultaneousBand,
    equal_precision_band,
    hall_wellner_band,
)
from trialwright.stats.two_proportion_tests import (
    barnard_test,
    boschloo_test,
    fisher_test,
)
from trialwright.stats.two_proportions import (
    ProportionDifference,
    exact_difference,
    miettinen_nurminen,
    newcombe_difference,
)
from trialwright.stats.two_stage import (
    Attained,
    TwoStageInference,
    TwoStagePlan,
    TwoStageTable,
    infer_after_two_stages,
    infer_all,
)

__all__ = [
    "INTERVALS",
    "Attained",
    "Band",
    "BetaRate",
    "CoxModel",
    "CredibleInterval",
    "CumulativeIncidence",
    "Digitised",
    "Estimate",
    "Exponential",
    "GroupComparison",
    "HistoricalCurve",
    "HypothesisTest",
    "IncidenceRate",
    "KaplanMeier",
    "LandmarkTest",
    "NelsonAalen",
    "OneSampleLogRank",
    "OneSampleLogRankSize",
    "PiecewiseExponential",
    "PredictiveProbability",
    "Proportion",
    "ProportionDifference",
    "RateTest",
    "SimultaneousBand",
    "TwoStageInference",
    "TwoStagePlan",
    "TwoStageTable",
    "Weibull",
    "agresti_coull",
    "barnard_test",
    "boschloo_test",
    "clopper_pearson",
    "equal_precision_band",
    "exact_difference",
    "exact_landmark_test",
    "exact_rate_test",
    "fisher_test",
    "follow_up",
    "gray_tests",
    "hall_wellner_band",
    "infer_after_two_stages",
    "infer_all",
    "jeffreys",
    "landmark_test",
    "log_rank_test",
    "mid_p",
    "miettinen_nurminen",
    "newcombe_difference",
    "one_sample_log_rank_size",
    "one_sample_log_rank_test",
    "predictive_probability",
    "wilson",
    "wilson_corrected",
]
