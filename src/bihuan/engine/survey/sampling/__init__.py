"""Whom to ask: the frame, its strata, the draw, and the reason of everybody who is not asked."""
