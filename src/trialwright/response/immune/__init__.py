"""iRECIST, read beside RECIST 1.1: progression that a later scan confirms or withdraws."""
