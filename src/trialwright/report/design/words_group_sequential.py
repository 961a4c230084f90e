"""Group-sequential critical values in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording
from trialwright.report.design.words_log_rank import JENNISON_TURNBULL

if TYPE_CHECKING:
    from trialwright.design.group_sequential.critical_values import GroupSequential

_SOURCES = {
    "Pocock": (
        "Pocock SJ. Group sequential methods in the design and analysis of clinical trials. "
        "Biometrika 1977;64:191-199."
    ),
    "O'Brien-Fleming": (
        "O'Brien PC, Fleming TR. A multiple testing procedure for clinical trials. Biometrics "
        "1979;35:549-556."
    ),
    "Wang-Tsiatis": (
        "Wang SK, Tsiatis AA. Approximately optimal one-parameter boundaries for group sequential "
        "trials. Biometrics 1987;43:193-199."
    ),
    "Haybittle-Peto": (
        "Peto R, Pike MC, Armitage P, et al. Design and analysis of randomized clinical trials "
        "requiring prolonged observation of each patient. I. British Journal of Cancer "
        "1976;34:585-612."
    ),
}
_LAN_DEMETS = (
    "Lan KKG, DeMets DL. Discrete sequential boundaries for clinical trials. Biometrika "
    "1983;70:659-663."
)


def word_group_sequential(found: GroupSequential, *, power: float = 0.80) -> Wording:
    """Return the paragraphs of group-sequential critical values.

    Parameters
    ----------
    found : GroupSequential
        The values.
    power : float
        For which the inflation of the sample is told; above alpha, below 1.
    """
    inflation = found.inflation(power)
    chances = found.chances(found.drift_for(power))
    looks = "; ".join(
        f"at {100 * t:.4g} % of the information, Z above {value:.3f} (one-sided p below "
        f"{level:.5f}; {spent:.5f} spent)"
        for t, value, level, spent in zip(
            found.information,
            found.critical_values,
            found.nominal_levels,
            found.spent,
            strict=True,
        )
    )
    protocol = (
        f"The trial is looked at {len(found.information)} times. It stops and declares activity "
        f"{looks}. These {found.bounds} critical values [1, 2] keep a one-sided type I error of "
        f"{found.alpha:g} over all looks, by numerical integration. For a power of {power:g} the "
        f"full sample is {inflation:.4f} times that of one look, and "
        f"{100 * chances.expected_information:.1f} % of the full information is used on average."
    )
    grant = (
        f"{len(found.information)} looks with {found.bounds} critical values keep a one-sided "
        f"level of {found.alpha:g} and ask for {100 * (inflation - 1):.1f} % more patients than "
        f"one look at a power of {power:g}."
    )
    source = _SOURCES.get(found.bounds, _LAN_DEMETS)
    return Wording(protocol, grant, (source, JENNISON_TURNBULL))
