"""ADaM: the analysis data sets that SDTM data and our own results become."""
