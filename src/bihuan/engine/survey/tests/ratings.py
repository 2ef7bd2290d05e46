"""Invented ratings of four regions."""

from __future__ import annotations

import numpy as np

from bihuan.engine.survey.contracts import Responses

ITEMS = ("s1", "s2", "logistics", "overall", "nps")


def survey(size=600, seed=5, drop=0.0, **more):
    """Ratings of four regions; logistics in the east is lower by ``drop``."""
    dice = np.random.default_rng(seed)
    region = np.array(["华东", "华南", "华北", "西南"], object)[np.arange(size) % 4]
    mood = dice.normal(size=(size, 1)) * 0.6
    raw = 3.8 + mood + dice.normal(size=(size, 4)) * 0.8
    raw[:, 2] -= drop * (region == "华东")
    ratings = np.clip(np.round(raw), 1, 5)
    nps = np.clip(np.round(ratings[:, 3] * 2 + dice.normal(size=size)), 0, 10)
    return Responses(np.arange(size), ITEMS, np.column_stack([ratings, nps]), np.ones(size), {"region": region}, **more)
