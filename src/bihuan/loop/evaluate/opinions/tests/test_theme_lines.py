"""One theme as the page tells it, and what may be meant by a correction of it."""

import pytest
from django.utils.translation import override

from bihuan.engine.facts.privacy import Rules
from bihuan.engine.text.themes.contracts import Theme
from bihuan.engine.text.themes.corrections import Corrected

from ..forms.themes import CorrectionForm
from ..queries.comments import Comment
from ..queries.theme_lines import theme_label, told_line
from ..queries.themes import ThemePage

RULES = Rules()
LONG = "房间很大，床也舒服。" * 9 + "前台 13800000000 态度很好，打 13900000000 也有人接。" + "早餐一般般。" * 9


def line(place=0, name="服务态度", texts=("前台态度很好",) * 6, members=range(6), rated=(5,) * 6, fewest=5):
    comments = [Comment(f"c{at}", f"p{at}", text) for at, text in enumerate(texts)]
    one = Corrected(Theme(name, (name, "态度"), len(members), 0.0, (), tuple(members)))
    ratings = {f"p{at}": float(value) for at, value in enumerate(rated)}
    return told_line(place, one, comments, ratings, {}, RULES, fewest)


@pytest.mark.parametrize(("spoke", "rated", "told"), [
    (10, 10, True), (9, 10, False), (6, 10, False), (5, 10, True), (4, 10, False), (9, 14, True)])
def test_a_score_is_not_told_where_it_and_the_mean_of_all_tell_how_a_few_rated(spoke, rated, told):
    """Ten commented, ``spoke`` of them of the theme: with 1 of 10 left, 10 times the mean less 9 times the score is
    what the one gave. Others who rated without a comment hide them."""
    own = line(texts=("前台态度很好",) * 10, members=range(spoke), rated=[1, *[5] * (rated - 1)])
    assert own.share.numerator == spoke and (own.score is not None) is told
    assert not told or own.score.value == pytest.approx(5 - 4 / spoke)


def test_the_passage_of_a_long_comment_is_cut_from_what_is_masked():
    (quote,) = line(texts=(LONG,), members=(0,)).quotes
    assert "态度很好" in quote.passage and len(quote.passage) < 110 < len(quote.text)
    assert quote.passage.strip("…") in quote.text
    assert not any(number in quote.text + quote.passage for number in ("13800000000", "13900000000"))


@pytest.mark.parametrize("given", [
    {"kind": "rename", "name": ""}, {"kind": "rename", "name": "物流快递"}, {"kind": "rename", "name": "Shipping"},
    {"kind": "rename", "name": "x", "theme": "没有"}, {"kind": "split"}, {"kind": "merge"},
    {"kind": "merge", "other": "物流快递"}, {"kind": "move", "other": "服务态度", "answer": "none"}])
def test_what_cannot_be_meant_is_refused_with_words(given):
    """An English reader who sends the name as it stands would give its English to everybody."""
    page = ThemePage(None, (line(0, "物流快递"), line(1)))
    with override("en"):
        assert theme_label("物流快递") == "Shipping"
        form = CorrectionForm({"place": 0, "theme": "物流快递"} | given, page=page)
        assert not form.is_valid() and form.non_field_errors()


def test_a_theme_is_meant_by_its_name_wherever_it_stands_by_now():
    page = ThemePage(None, (line(0, "物流快递"), line(1), line(2, "早餐"), line(3, "早餐")))
    for place, name, now in ((0, "服务态度", 1), (3, "早餐", 3), (9, "早餐", 2)):
        given = {"kind": "merge", "place": place, "theme": name, "other": "物流快递", "name": "x"}
        form = CorrectionForm(given, page=page)
        assert form.is_valid() and form.cleaned_data["own"].place == now
        assert form.correction().terms[0] == name and form.correction().others == (("物流快递", "态度"),)
