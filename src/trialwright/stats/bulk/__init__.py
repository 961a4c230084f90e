"""Many small data sets at once: what a simulation asks of the statistics."""
