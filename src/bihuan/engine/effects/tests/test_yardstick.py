"""What was agreed cannot be changed unseen."""

import json
from datetime import date

import pytest

from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.yardstick import hash_of, read, write

AGREED = Yardstick("fcr", date(2024, 7, 1), 0.05, where="team = 甲班", guards=("csat",), selected_from=30)


def test_a_yardstick_comes_back_as_it_was_written(tmp_path):
    assert write(AGREED, tmp_path / "y.json") == hash_of(AGREED)
    assert read(tmp_path / "y.json") == AGREED


def test_a_changed_yardstick_is_refused(tmp_path):
    write(AGREED, tmp_path / "y.json")
    told = json.loads((tmp_path / "y.json").read_text())
    (tmp_path / "y.json").write_text(json.dumps(told | {"worthwhile": 0.01}))
    with pytest.raises(EffectError) as error:
        read(tmp_path / "y.json")
    assert error.value.code == "yardstick_changed"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"indicator": "a"}', '{"change": "soon"}', '{"surprise": 1}'])
def test_what_is_no_yardstick_is_refused_with_a_reason(tmp_path, text):
    (tmp_path / "y.json").write_text(text)
    with pytest.raises(EffectError) as error:
        read(tmp_path / "y.json")
    assert error.value.code == "yardstick_unreadable" and error.value.text("zh")
