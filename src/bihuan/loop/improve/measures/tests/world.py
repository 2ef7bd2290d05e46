"""A small company with a change whose effect is known: 39 weeks of two teams of the north.

From the 27th week on team n1 marks 90 % of its tickets as solved instead of 60 %; n2 stays at 60 %.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from bihuan.engine.facts import importing

FIRST, WEEKS, BEFORE, EACH = date(2025, 1, 6), 39, 26, 30
CHANGE = FIRST + timedelta(weeks=BEFORE)
HEAD = "工单编号,创建时间,客户编号,渠道,坐席工号,班组,解决时间,状态,是否解决"


def build_world(home, folder):
    """Write the tickets as a file and import it as a user would."""
    dice, lines = np.random.default_rng(11), [HEAD]
    for week in range(WEEKS):
        for number in range(2 * EACH):
            team = "n1" if number % 2 else "n2"
            day = FIRST + timedelta(7 * week + number % 7)
            solved = dice.random() < (0.90 if team == "n1" and day >= CHANGE else 0.60)
            lines.append(f"{week}-{number},{day} 10:00:00,C{number},电话,A{team},{team},{day} 12:00:00,已关闭,"
                         f"{'是' if solved else '否'}")
    (folder / "cases.csv").write_text("\n".join(lines), encoding="utf-8")
    importing.import_file(home, folder / "cases.csv", preset="cases", actor="test")
