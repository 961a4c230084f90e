"""What became of each ablated lesion, and what the patient reads with it and without it."""
