"""Colours that colour-blind readers can tell apart, and that survive a grey printout."""

from __future__ import annotations

# Okabe and Ito 2008, "Color Universal Design"; the yellow is left out, it vanishes on white paper.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#6B6B6B")
# Levels 1-5: orange to blue (never red to green), darker towards the ends.
BANDS = {1: "#B35806", 2: "#F1A340", 3: "#8E8E8E", 4: "#74ADD1", 5: "#2166AC"}
LINE = "#0072B2"
SIGNAL = "#D55E00"
LIMIT = "#8A8A8A"
TARGET = "#009E73"
HEAT = ("#DEEBF7", "#B5D1E8", "#6BAED6", "#2171B5", "#08306B")


def band_colour(band: int | None) -> str:
    """Return the colour of a level; grey for no level."""
    return BANDS.get(band or 0, LIMIT)
