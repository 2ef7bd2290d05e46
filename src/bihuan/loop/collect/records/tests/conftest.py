import csv
import io

import pytest

from bihuan.core.tests.cast import build_cast

HEADER = ["工单号", "受理时间", "首次响应时间", "解决时间", "渠道", "坐席工号", "客户编号", "问题类别"]
ROWS = [
    ["A001", "2024-03-01 09:00", "2024-03-01 09:05", "2024-03-01 12:00", "电话", "a1", "c1", "退款"],
    ["A002", "2024-03-01 10:00", "2024-03-01 10:20", "2024-03-02 10:00", "在线", "a2", "c2", "物流"],
    ["A003", "三月一日", "2024-03-01 11:05", "2024-03-01 15:00", "电话", "a1", "c3", "退款"],
    ["A004", "2024-03-02 09:00", "", "", "微信", "", "c1", "退款"],
]


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def manager(client, cast):
    """A browser in which the manager of the north is logged in."""
    client.force_login(cast.manager)
    return client


def csv_bytes(rows=None, header=None, encoding="gb18030"):
    text = io.StringIO()
    csv.writer(text).writerows([header or HEADER, *(ROWS if rows is None else rows)])
    return text.getvalue().encode(encoding)
