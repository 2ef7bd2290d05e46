"""The association of first-contact resolution with satisfaction, against statsmodels and SciPy."""

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf
from scipy import stats

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


def test_a_group_is_welchs_comparison_of_means():
    rows = rated()
    phone = rows.to_pandas().query("channel == 'phone'")
    yes, no = phone[phone.in_numerator].csat, phone[~phone.in_numerator].csat
    expected = stats.ttest_ind(yes, no, equal_var=False).confidence_interval()
    found = next(one for one in associate(rows, minimum=30) if one.group == "phone")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.n_yes, found.n_no) == (len(yes), len(no))


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
