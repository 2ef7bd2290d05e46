"""The association of first-contact resolution with satisfaction, against statsmodels."""

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf

from bihuan.engine.report.relation import associate


def rated(n=400, seed=3):
    random = np.random.default_rng(seed)
    topic = random.choice(["物流", "发票", "质量"], n)
    channel = random.choice(["phone", "online"], n)
    resolved = random.random(n) < np.where(topic == "物流", 0.4, 0.8)
    score = np.clip(np.round(3 + 0.8 * resolved + 0.5 * (channel == "phone") + random.normal(0, 0.8, n)), 1, 5)
    return pa.table({
        "in_denominator": np.ones(n, bool), "in_numerator": resolved, "csat": score, "channel": channel, "topic": topic,
    })


def test_at_equal_channel_and_topic_it_is_the_regression_with_robust_errors():
    rows = rated()
    frame = rows.to_pandas().assign(x=lambda table: table.in_numerator.astype(float))
    model = smf.ols("csat ~ x + C(channel):C(topic)", frame).fit(cov_type="HC1", use_t=True)
    overall = associate(rows, minimum=30)[0]
    assert overall.dimension == "all"
    assert overall.difference == pytest.approx(model.params["x"])
    assert (overall.low, overall.high) == pytest.approx(tuple(model.conf_int().loc["x"]), rel=0.002)


def test_a_channel_is_compared_at_equal_topic_and_a_topic_at_equal_channel():
    rows = rated()
    frame = rows.to_pandas().assign(x=lambda table: table.in_numerator.astype(float))
    found = {(one.dimension, one.group): one for one in associate(rows, minimum=30)}
    for dimension, group, other in (("channel", "phone", "topic"), ("topic", "物流", "channel")):
        part = frame[frame[dimension] == group]
        model = smf.ols(f"csat ~ x + C({other})", part).fit(cov_type="HC1", use_t=True)
        one = found[(dimension, group)]
        assert one.difference == pytest.approx(model.params["x"])
        assert (one.low, one.high) == pytest.approx(tuple(model.conf_int().loc["x"]), rel=0.002)
        assert (one.n_yes, one.n_no) == (part.in_numerator.sum(), (~part.in_numerator).sum())


def test_too_few_rated_cases_say_nothing():
    assert associate(rated(40), minimum=30) == ()


def test_a_group_below_the_minimum_is_left_out():
    groups = {one.group for one in associate(rated(400), minimum=100)}
    assert groups == {None}


def test_unrated_cases_and_those_that_do_not_count_are_left_out():
    rows = rated(300)
    more = pa.table({
        "in_denominator": [True, False], "in_numerator": [True, True], "csat": [None, 1.0], "channel": ["phone"] * 2,
        "topic": ["物流"] * 2,
    })
    assert associate(pa.concat_tables([rows, more.cast(rows.schema)]), minimum=30) == associate(rows, minimum=30)


def test_no_contrast_within_groups_is_no_relation():
    n = 60
    rows = pa.table({
        "in_denominator": [True] * 2 * n, "in_numerator": [True] * n + [False] * n, "csat": [5.0] * n + [3.0] * n,
        "channel": ["phone"] * n + ["online"] * n, "topic": ["物流"] * 2 * n,
    })
    assert associate(rows, minimum=30) == ()
