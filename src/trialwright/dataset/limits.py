"""The numbers that RECIST 1.1 sets for target lesions.

Source: Eisenhauer 2009, sections 3.1.1 (measurable from 10 mm, or from twice the slice where a
slice is thicker than 5 mm; from 20 mm on a chest radiograph; a lymph node from 15 mm short axis)
and 4.2 (at most five target lesions, two an organ).
"""

from __future__ import annotations

SMALLEST_TARGET_MM = 10.0
SMALLEST_NODE_MM = 15.0
SMALLEST_ON_RADIOGRAPH_MM = 20.0
THICKEST_SLICE_MM = 5.0
SLICES_ACROSS = 2.0  # a lesion is measurable if it is this many thick slices wide
MOST_TARGETS = 5
MOST_TARGETS_AN_ORGAN = 2
