"""Every word of the reports has English, and traditional Chinese is made of the simplified."""

import ast
import re
from pathlib import Path

from bihuan.engine.report import words
from bihuan.engine.report.document import lay_out
from bihuan.engine.report.parts import Paragraph, Table
from bihuan.engine.report.tests.invented import NAMES, report
from bihuan.engine.report.words import words_for

CHINESE = re.compile(r"[\u3400-\u9fff]")
ROOM = Path(words.__file__).parent
# Names of fonts, the digits of Chinese headings and the marks of dates are not words on the page of another language.
NOT_SAID = {"宋体", "黑体", "微软雅黑", "一二三四五六七八九十", "年月日/."}


def texts_in_code():
    # Errors and names carry both languages themselves, and what people write is Chinese.
    silent = {ROOM / name for name in ("errors.py", "naming.py", "table1_errors.py", "table1_vague.py")}
    for path in sorted(set(ROOM.glob("*.py")) - silent):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
        docs = {id(node.body[0].value) for node in nodes if node.body and isinstance(node.body[0], ast.Expr)}
        for node in ast.walk(tree):
            text = getattr(node, "value", None) if isinstance(node, ast.Constant) and id(node) not in docs else None
            if isinstance(text, str) and CHINESE.search(text) and text not in NOT_SAID:
                yield text


def test_every_text_has_english():
    catalogue = words._english()
    missing = sorted({text for text in texts_in_code() if not catalogue.get(text)})
    assert missing == [], "add these to src/bihuan/locale/parts/report.en.json"


def test_a_translation_fills_in_the_same_numbers():
    blanks = re.compile(r"\{\w*\}")
    for source, english in words._english().items():
        assert set(blanks.findall(source)) == set(blanks.findall(english)), source


def test_the_english_report_has_no_chinese_but_names():
    found = report("en")
    texts = [found.title, *(found.read(text) for chapter in found.chapters for text in chapter.paragraphs)]
    for part in lay_out(found).parts:
        if isinstance(part, Table):
            texts += [*part.head, *(cell for row in part.rows for cell in row)]
        elif isinstance(part, Paragraph):
            texts.append(part.text)
    names = (*NAMES.values(), "物流", "点我")
    left = [text for text in texts if CHINESE.search(re.sub("|".join(names), "", text))]
    assert left == []


def test_traditional_chinese_is_made_of_the_simplified():
    assert report("zh-hant").title == "服務質量評價報告"
    assert words_for("zh_TW").say("低于预期") == "低於預期"


def test_group_values_are_said_in_words():
    words_zh = words_for("zh-hans")
    assert words_zh.value("weekday", "1", {}) == "周一"
    assert words_zh.value("hour", "20", {}) == "20 时"
    assert words_zh.value("channel", "phone", {}) == "电话"
    assert words_zh.value("team", "t1", NAMES) == "华东一组"
    assert words_zh.value("team", None, NAMES) == "未填写"
