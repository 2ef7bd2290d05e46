"""Themes: planted ones come out, opinion names none, counts are of texts, and the command keeps its contract."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bihuan.engine.text.themes import find_themes
from bihuan.engine.text.themes.factors import factorise, log_odds
from bihuan.engine.text.themes.likeness import likeness
from bihuan.engine.text.themes.words import clauses, topic_words

PLANTED = {
    "物流": ["快递员把包裹放在门卫", "物流信息三天没有更新", "包裹外箱破损",
           "快递配送晚了两天", "物流停在中转站", "包裹被快递员弄丢"],
    "发票": ["发票抬头开错", "电子发票没有收到", "发票税号填写错误", "申请换开发票",
           "发票抬头和税号不符", "电子发票打不开"],
    "屏幕": ["屏幕有划痕", "屏幕出现亮点", "手机屏幕失灵", "屏幕碎裂不能保修", "手机屏幕闪烁", "亮点和划痕在屏幕边缘"],
}
MOODS = ["非常失望", "太差劲了", "总体满意", "谢谢", "下次再来", "很生气"]


def comments(size=240, seed=2):
    dice, names = random.Random(seed), list(PLANTED)
    topics = [names[number % 3] for number in range(size)]
    texts = [f"{dice.choice(MOODS)}，{dice.choice(PLANTED[topic])}，{dice.choice(PLANTED[topic])}。"
             for topic in topics]
    return texts, topics


class TestWords:
    def test_a_text_falls_apart_at_punctuation_only(self):
        assert clauses("价格3.5元，太贵！ok. fine") == ["价格3.5元", "太贵", "ok", "fine"]
        assert [len(part) for part in clauses("长" * 130)] == [60, 60, 10]

    def test_opinion_and_empty_words_say_nothing_of_the_matter(self):
        assert topic_words("我们觉得师傅的态度非常好") == ["师傅", "态度"]

    def test_traditional_characters_are_the_same_words(self):
        assert topic_words("發票抬頭") == topic_words("发票抬头")


class TestThemes:
    @pytest.mark.parametrize("seed", range(3))
    def test_planted_themes_come_out_with_their_texts(self, seed):
        texts, topics = comments()
        found = find_themes(texts, groups=topics, count=3, seed=seed).themes
        assert len(found) == 3
        for theme in found:
            topic = max(theme.by, key=lambda name: theme.by[name][0])
            right, size = theme.by[topic]
            assert right / theme.count > 0.9 and right / size > 0.8, (theme.name, theme.by)
            assert any(word in "".join(PLANTED[topic]) for word in theme.terms)
            assert all(quote in texts for quote in theme.quotes) and len(theme.quotes) == 3

    def test_counts_are_of_texts_and_not_of_clauses(self):
        texts, _ = comments()
        found = find_themes(texts, count=3)
        for theme in found.themes:
            assert theme.count == len(set(theme.members)) and theme.share == theme.count / 240
        assert found.without == 240 - len({index for theme in found.themes for index in theme.members})

    def test_the_same_seed_gives_the_same_themes(self):
        texts, _ = comments()
        assert find_themes(texts, seed=5) == find_themes(texts, seed=5)

    def test_few_texts_have_no_themes_and_empty_ones_are_not_counted(self):
        texts, _ = comments(size=12)
        assert find_themes(texts).themes == ()
        assert find_themes(["", None, "  "] * 30).texts == 0


    def test_a_word_of_most_long_texts_stays_where_few_of_their_clauses_have_it(self):
        """Rooms are in most reviews of hotels and a theme of their own; the word hotel is in every other clause."""
        filler = ["早餐品种", "前台办理", "停车位置", "电梯等待", "早餐种类", "前台小姐", "停车收费", "电梯故障"] * 2
        texts = [f"酒店{filler[n % 8]}，酒店{filler[n % 8 + 3]}，" + "，".join(filler[n % 5:n % 5 + 10]) +
                 ("，房间隔音" if n % 2 else "，大堂灯光") for n in range(60)]
        terms = {term for theme in find_themes(texts).themes for term in theme.terms}
        assert "房间" in terms and "酒店" not in terms


class TestLikeness:
    def test_words_with_the_same_company_are_alike_though_they_never_meet(self):
        """Two words of delivery and two of taste, each with the company of its kind."""
        company = {"送餐": (4, 5), "配送": (4, 5), "味道": (6, 7), "口味": (6, 7)}
        clauses_ = [(word, other) for word, others in company.items() for other in others for _ in range(30)]
        topics, context = np.zeros((len(clauses_), 4)), np.zeros((len(clauses_), 8))
        for row, (word, other) in enumerate(clauses_):
            topics[row, list(company).index(word)] = context[row, list(company).index(word)] = context[row, other] = 1
        found = likeness(sparse.csr_matrix(topics), sparse.csr_matrix(context), np.arange(4)).toarray()
        assert found[0, 1] > 0.55 and found[2, 3] > 0.55 and found[0, 2] == found[1, 3] == 0
        assert np.diag(found).tolist() == [1, 1, 1, 1]


class TestFactors:
    def test_factors_put_a_matrix_of_two_blocks_together_again(self):
        block = np.kron(np.eye(2), np.ones((20, 5)))
        rows, words = factorise(sparse.csr_matrix(block), 2, seed=1)
        assert np.abs(rows @ words - block).max() < 0.05

    def test_a_word_of_one_side_alone_stands_out(self):
        scores = log_odds(np.array([50.0, 10.0, 40.0]), np.array([5.0, 10.0, 400.0]))
        assert scores.argmax() == 0 and scores[2] < 0

    def test_words_used_alike_score_nothing(self):
        assert log_odds(np.array([10.0, 20.0]), np.array([100.0, 200.0])) == pytest.approx([0, 0], abs=1e-9)


def test_the_command_answers_as_agreed_and_loads_no_django(tmp_path):
    texts, topics = comments()
    file = tmp_path / "c.csv"
    file.write_text("评论,线\n" + "\n".join(f"{text},{topic}" for text, topic in zip(texts, topics)), encoding="utf-8")
    code = ("import sys, bihuan.cli\ntry:\n bihuan.cli.main(sys.argv[1:])\nfinally:\n"
            " assert not any(name.split('.')[0] == 'django' for name in sys.modules)")
    alone = {"PYTHONPATH": str(Path(__file__).parents[5]), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code, "themes", str(file), "--column", "评论", "--by", "线", "--json"],
                          capture_output=True, text=True, check=False, env=alone)
    told = json.loads(done.stdout)
    assert set(told[0]) == {"theme", "terms", "count", "share", "quotes", "by"}
    assert sum(one["n"] for one in told[0]["by"].values()) == 240
    wrong = subprocess.run([sys.executable, "-m", "bihuan", "themes", str(file), "--column", "正文", "--json"],
                           capture_output=True, text=True, check=False, env=alone)
    assert wrong.returncode == 2 and "正文" in wrong.stderr and "评论" in wrong.stderr


def test_one_thing_by_several_names_is_one_theme_and_its_quotes_speak_of_it():
    said = {"价格": ["一次二十元真的太贵了", "一小时二十元可不便宜啊", "收得实在不菲，贵得离谱"],
            "卫生": ["走廊的地面一直很脏", "走廊从来都不干净", "走廊到处是污渍，太脏了"],
            "服务态度": ["看门的师傅态度恶劣", "看门的师傅冷漠得很", "看门的师傅很不耐烦"]}
    texts = [one[at % 3] for at in range(30) for one in said.values()]
    texts += [f"{said['价格'][at % 3]}，{said['卫生'][at % 3]}" for at in range(6)]
    found = {theme.name: theme for theme in find_themes(texts).themes}
    assert {found[name].count for name in ("价格", "卫生")} == {36} and found["服务态度"].count == 30
    assert {"贵", "不便宜", "不菲"} <= set(found["价格"].terms) and found["价格"].terms[0] == "价格"
    assert not {found["价格"].quotes[0], found["卫生"].quotes[0]} & set(texts[-6:])


def test_what_nobody_knew_beforehand_is_found_beside_the_known_aspects():
    """Words that go together where no known aspect is spoken of; a clause with none of its terms is not counted."""
    ordinary = ["味道不错", "太贵了", "服务热情"]
    unheard = ["缆车停运了", "山顶的缆车停运", "纪念章丢失", "大门的纪念章丢失", "缆车停运半天"]
    texts = [f"{ordinary[at % 3]}，{'就这样' if at % 3 else unheard[at % 5]}" for at in range(150)]
    themes = {theme.name: theme for theme in find_themes(texts).themes}
    for word in ("缆车", "纪念章"):
        new = next(theme for theme in themes.values() if word in theme.terms)
        assert new.count == sum(word in text for text in texts), (word, new.terms)
    assert {"停运", "缆车"} <= set(next(theme for theme in themes.values() if "缆车" in theme.terms).terms)
    assert "味道口感" in themes


def test_of_a_long_text_the_sentence_is_quoted_that_speaks_of_the_theme():
    long = "我们一家人在那里住了三个晚上，看了很多地方。" * 6
    texts = [f"{long}前台小姐笑容满面，服务很热情。{long}" for _ in range(25)]
    theme = next(theme for theme in find_themes(texts).themes if theme.name == "服务态度")
    assert theme.quotes == ("…前台小姐笑容满面，服务很热情。…",) and theme.quoted == (0,)
