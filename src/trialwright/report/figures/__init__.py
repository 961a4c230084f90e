"""Figures of response, survival and safety: what is painted, its words, and the data behind it."""
