"""Several readings of one patient: whose counts, where they agree, and calls that people made."""
