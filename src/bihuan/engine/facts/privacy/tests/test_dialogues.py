"""Numbers told in pieces over several messages: what is covered, and what only looks like one."""

import re

import pytest

from bihuan.engine.facts.privacy import DEFAULT, Rules, mask
from bihuan.engine.facts.privacy.dialogues import find_pieces, mask_dialogue

# C: the customer, A: the agent; {pieces} have to go.
TOLD = """
C:我电话{138}|C:{1234}|C:{5678}
A:请您报一下手机号|C:{一三九}|A:嗯，{139}|C:{五五八零}|A:{5580}|C:{二二六四}
C:我的号是{1361}|C:{2345}|C:{678}
C:手机{138}|C:{0013}|C:不对是{0023}|C:{8899}
A:身份证号报一下|C:{420111}|A:嗯嗯|C:{1976113}|C:{00040}
C:卡号{6217 0038}|C:{1002 9384}|C:{750}
C:座机{0571}|C:{85129036}
A:订单号呢|C:{8827}|C:{3645}|C:{1902}
C:１３８|C:００１３|C:８０００
"""
NOT_TOLD = """
C:1、2、3楼都没电|C:201室|C:30分钟了
C:买了3件|C:一共299|C:用了50的券
C:打12315才有用|C:10086也打不通|A:您电话多少
A:请问订单尾号|C:5566|A:好的
A:订单号发一下|C:10412624|C:10347119
C:这个电话打不通|C:20231118|C:1500元买的
C:186|A:什么|C:尾号2211
A:您好|C:138|C:我明天下午再来看一下那个洗衣机|C:00138000
"""


def turns_of(line):
    return [tuple(turn.split(":", 1)) for turn in re.sub("[{}]", "", line).split("|")]


@pytest.mark.parametrize("line", TOLD.split("\n")[1:-1])
def test_every_piece_is_covered(line):
    pieces = re.findall(r"\{([^}]*)\}", line) or [text for _side, text in turns_of(line)]
    shown = [one.text for one in mask_dialogue(turns_of(line))]
    assert [piece for piece in pieces if any(piece in text for text in shown)] == []


@pytest.mark.parametrize("line", NOT_TOLD.split("\n")[1:-1])
def test_what_makes_up_no_number_stays(line):
    alone = [mask(text).text for _side, text in turns_of(line)]
    assert [one.text for one in mask_dialogue(turns_of(line))] == alone


def test_a_kind_that_is_not_masked_and_words_that_are_gone_do_no_harm():
    said = [("C", "电话138"), ("C", None), ("C", "1234"), ("C", "5678")]
    assert find_pieces(said, Rules(kinds=DEFAULT.kinds - {"mobile"})) == {}
    assert [one.text for one in mask_dialogue(said)] == ["电话〔手机号〕", "", "〔手机号〕", "〔手机号〕"]
    assert mask_dialogue(said, style="partial")[2].text == "***"
