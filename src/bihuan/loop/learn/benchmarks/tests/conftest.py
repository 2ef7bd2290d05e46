"""A company of five teams with a quarter of tickets, and another company's file."""

import shutil

import numpy as np
import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.benchmarks.contracts import Raw
from bihuan.engine.benchmarks.files import make, to_bytes
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.engine.indicators.passports import shipped

HEAD = "工单编号,创建时间,客户编号,渠道,坐席工号,班组,解决时间,状态,是否解决"
FCR = shipped()["fcr_flag"]


@pytest.fixture(scope="module")
def built_quarter(tmp_path_factory):
    """600 tickets of three teams in 2025-Q2, 480 of them solved; a later one dates the data."""
    place = tmp_path_factory.mktemp("benchmarks")
    home = open_home(place / "home")
    lines = [HEAD]
    for number in range(600):
        day, team = f"2025-0{4 + number % 3}-{1 + number % 28:02d}", ("n1", "n2", "s1")[number % 3]
        lines.append(f"K{number},{day} 10:00:00,C{number},电话,A{number % 9},{team},{day} 12:00:00,已关闭,"
                     f"{'否' if number % 5 == 0 else '是'}")
    lines.append("L,2025-08-30 10:00:00,CL,电话,A1,n1,2025-08-30 12:00:00,已关闭,是")
    (place / "cases.csv").write_text("\n".join(lines), encoding="utf-8")
    importing.import_file(home, place / "cases.csv", preset="cases", actor="test")
    return home


@pytest.fixture
def cast(db, built_quarter, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_quarter.path, settings.BIHUAN_HOME)
    return build_cast()


def foreign(share=0.5, passport=FCR, issuer="乙公司"):
    return to_bytes(make([Raw(passport.name, share, 4000, (2000, 1000, 1000))], {passport.name: passport},
                         industry="telecom", period="2025-Q2", issuer=issuer, epsilon=1.0,
                         dice=np.random.default_rng(3)))
