"""Definitions published by several processes at once: none is lost."""

import subprocess
import sys
from pathlib import Path

from bihuan.engine.home import current_definitions, read_definition

PUBLISH = """
import sys
from bihuan.engine.home import open_home, publish
home, who = open_home(sys.argv[1]), sys.argv[2]
for number in range(15):
    publish(home, **{f"{who}{number}": {"by": who, "number": number}})
"""


def test_parts_of_three_writers_are_all_in_force(home):
    source = str(Path(__file__).parent.parent / "src")
    writers = [subprocess.Popen([sys.executable, "-c", PUBLISH, str(home.path), who], env={"PYTHONPATH": source})
               for who in ("a", "b", "c")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert len(current_definitions(home)) == 45
    assert read_definition(home, "b14") == {"by": "b", "number": 14}
    assert len((home.definitions / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 45
