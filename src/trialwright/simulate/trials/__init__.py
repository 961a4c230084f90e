"""Many trials of one study: what became of each, and what the study's rules make of it."""
