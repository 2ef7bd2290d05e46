"""MinHash against the thing it estimates: the share of pieces in common, counted out (Broder 1997)."""

from bihuan.engine.text.duplicates import likeness, pieces, sketch

TEXT = "我上周申请退款到现在还没有到账打了三次电话每次都说再等三天态度倒是不错但是问题一直没有解决希望尽快处理"
OTHERS = [TEXT[:40], TEXT[20:], TEXT + "谢谢你们", TEXT.replace("三次", "四次"), "快递员送错了地方，让我自己去拿"]


def test_the_estimate_is_near_the_share_counted_out():
    """With 32 numbers the standard error is at most 0.5 / sqrt(32) = 0.09; three of them are allowed."""
    for other in OTHERS:
        one, two = pieces(TEXT), pieces(other)
        exact = len(one & two) / len(one | two)
        assert abs(likeness(sketch(TEXT), sketch(other)) - exact) <= 0.27, other


def test_writing_makes_no_difference_and_nothing_is_like_nothing():
    assert likeness(sketch("測試ＡＢＣ，退款"), sketch("测试abc退款")) == 1.0
    assert sketch("，。！") == [] and likeness([], sketch("退款")) is None
