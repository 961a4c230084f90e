"""BOP2: bounds from a posterior probability and a cut that grows with the patients seen."""
