"""What the tests of the safety figures share: the words of an SVG, and where they stand."""

from __future__ import annotations

import html
import re


def words_of(svg: str) -> list[str]:
    """Every text of a figure, in the order of drawing."""
    return [html.unescape(one) for one in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def words_outside(svg: str) -> list[str]:
    """Texts whose anchor does not stand within the view box."""
    _, _, width, height = map(float, re.search(r'viewBox="([^"]+)"', svg)[1].split())
    found = []
    for place, words in re.findall(r"<text([^>]*)>([^<]*)</text>", svg):
        at = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", place)
        x, y = (
            (float(at[1]), float(at[2]))
            if at
            else (float(re.search(rf' {axis}="([-\d.]+)"', place)[1]) for axis in "xy")
        )
        if not (0 <= x <= width and 0 <= y <= height):
            found.append(words)
    return found
