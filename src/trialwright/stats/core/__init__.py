"""Statistics as plain functions of one data set's numbers.

They take no memory of their own and no objects, so the very same source serves one trial as it
stands and a million simulated ones as machine code (``trialwright.machine_code``).
"""
