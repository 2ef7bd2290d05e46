"""Numbers of policies, contracts and orders that are spelt: HZ零零三七二, 沪租字第叁肆伍号, 单号我念一下，九七二零零三."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import DATE, MOMENT, MONTH, Find

NUMERAL = "0-9零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞"
# Behind these a number is theirs; behind others only where the word for number stands, too: 投诉 12345 is a hotline.
PAPERS_OF = "保险合同|保险单|保单|合同|协议|租约|订单|运单|单号|受理|工单|投诉|案件|发票|流水|凭证|借据|预约|退货|会员|档案|病历|序列|机身|快递"
KIND = (
    r"(?:(?:保险合同|保险单|保单|合同|协议|租约|订单|运单|受理单)(?:号码?|编号|单号|字号|代码)?|单号|"
    r"(?:受理|工单|投诉|案件|发票|流水|凭证|借据|预约|退货|会员|档案|病历|序列|机身|快递)(?:号码?|编号|单号|单))")
# What is spoken between the word and its number.
FILLER = (r"(?:是|为|[ ,，::“\"]|[我你您就]|给你?您?|告诉[你您]|[报念读说][给一][下遍你您]|[报念读说]|[记听]好?一?下?|一[下遍]|字母|开头|前面是?|后面是?|啊|吧){0,8}")
# Letters said one by one, then numerals, letters between them.
SAID = re.compile(
    rf"{KIND}{FILLER}((?:[A-Za-z] ?){{0,8}}[,，]?(?:后面是?)?(?:[{NUMERAL}][ \-]?){{4,30}}(?:[A-Za-z\-]{{1,4}}[{NUMERAL}]{{1,12}}){{0,3}})"
    rf"(?![{NUMERAL}A-Za-z]|[ ]?(?:元|块|万|千|百|十|件|个|台|次|分|点|年|月|天|号楼|人|份|笔|公里|小时|%))")
# Hotlines and the like are nobody's.
HOTLINE = re.compile(r"1\d{4}|123\d{2}|9[56]\d{3,4}|[48]00 ?\d{3} ?\d{4}")
# As firms and offices number their papers: 京租字（2023）第018号, HT-2023-服-007, TS〔2024〕甲-07.
WRITTEN = re.compile(
    rf"{KIND}(?:是|为)?[ ::“\"]{{0,3}}"
    rf"((?:[A-Za-z\u4e00-\u9fff]{{0,8}}[(（〔\[【]?[ ]?(?:[{NUMERAL}]{{2,4}})?[ ]?年?[)）〕\]】]?)[A-Za-z\u4e00-\u9fff]{{0,6}}字?第?[{NUMERAL}]{{1,12}}号"
    rf"|[A-Za-z]{{1,8}}[ ]?[\-—〔(（\[]?[{NUMERAL}]{{2,8}}[\-—〕)）\]]?(?:[\-—]?[\u4e00-\u9fffA-Z]{{1,2}}[\-—]?)?[{NUMERAL}]{{2,12}}(?:号)?)"
    rf"(?![{NUMERAL}A-Za-z])")
PAPER = re.compile(rf"字|第[{NUMERAL}]+号|[A-Za-z]")
FEWEST = 4


def spelt_orders(text: str) -> Iterator[Find]:
    """Yield numbers behind a word that says whose they are, in whatever mixture they are written."""
    for found in WRITTEN.finditer(text):
        if PAPER.search(found[1]) and _count(found[1]) >= 2:
            yield found.start(1), found.end(1), "order"
    for found in SAID.finditer(text):
        value = found[1].strip(" -")
        plain = value.replace(" ", "")
        if _count(value) >= FEWEST + (not re.search("[A-Za-z]", value)) and not any(
                each.fullmatch(plain) for each in (DATE, MONTH, MOMENT, HOTLINE)):
            yield found.start(1), found.start(1) + len(value), "order"


def _count(value: str) -> int:
    return len(re.findall(f"[{NUMERAL}]", value))
