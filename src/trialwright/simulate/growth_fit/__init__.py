"""Fit growth parameters of tumours to the sizes of lesions, by nonlinear mixed effects."""

from __future__ import annotations

from trialwright.simulate.growth_fit.growth_fit import GrowthEstimate, GrowthFit, SeriesCounts
from trialwright.simulate.growth_fit.growth_models import (
    GROWTH_MODELS,
    GrowthModelName,
    growth_model,
)
from trialwright.simulate.growth_fit.lesion_series import (
    SIZES,
    LesionSeries,
    Size,
    read_lesion_series,
)
from trialwright.simulate.growth_fit.mixed_effects import fit_growth
from trialwright.simulate.growth_fit.population import COVARIANCES, Covariance

__all__ = [
    "COVARIANCES",
    "GROWTH_MODELS",
    "SIZES",
    "Covariance",
    "GrowthEstimate",
    "GrowthFit",
    "GrowthModelName",
    "LesionSeries",
    "SeriesCounts",
    "Size",
    "fit_growth",
    "growth_model",
    "read_lesion_series",
]
