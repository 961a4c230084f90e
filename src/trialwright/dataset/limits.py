"""The numbers that RECIST 1.1 sets for target lesions.

Source: Eisenhauer 2009, sections 3.1.1 (measurable from 10 mm, a lymph node from 15 mm short
axis) and 4.2 (at most five target lesions, two an organ).
"""

from __future__ import annotations

SMALLEST_TARGET_MM = 10.0
SMALLEST_NODE_MM = 15.0
MOST_TARGETS = 5
MOST_TARGETS_AN_ORGAN = 2
