"""Which trial numbers of a series are for what, so that no patient plays two parts."""

from __future__ import annotations

FIRST_REFERENCE_TRIAL = 2**31  # runs take their trials from below it
# Patients who check what was found with those of a reference: others, who took no part in it.
FIRST_CHECK_TRIAL = FIRST_REFERENCE_TRIAL + 2**30
