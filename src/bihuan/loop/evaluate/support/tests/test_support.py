import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed

from .. import services

MONTH = "?period=custom&from=2026-01-01&to=2026-01-31"
PAGES = ["/evaluate/support/", "/evaluate/support/teams/"]


def found(client, page="/evaluate/support/"):
    return client.get(page + MONTH).context["found"]


def test_the_table_tells_types_systems_and_what_nobody_covers(client, cast, said):
    client.force_login(cast.director)
    table = found(client).coverage
    assert [(line.problem, line.n, line.share.value, line.masters) for line in table.lines] == [
        ("VPN", 66, 60 / 66, 1), ("打印", 8, 0, 0), ("邮箱", 1, 1, None)]
    assert [line.problem for line in table.uncovered] == ["打印"]
    assert table.lines[0].cells["ERP"] == (6, 0)
    assert (table.problems, table.systems_handled, table.share.n) == (2, 2, 75)
    page = client.get(f"/evaluate/support/{MONTH}").content.decode()
    assert "无支持团队办理、无人胜任" in page and "60 / 60" in page and "发票" not in page


def test_a_team_has_its_people_skills_and_speed(client, cast, said):
    client.force_login(cast.director)
    sheet, = found(client, PAGES[1]).sheets
    assert (sheet.team.headcount, sheet.team.joined, sheet.team.assessed) == (2, 1, 2)
    assert sheet.matrix == (("王敏 (a1)", (4, 1)), ("李强 (a2)", (2, None)))
    assert [(line.priority, line.results[0][0].n, line.results[0][0].value) for line in sheet.speeds] == [
        (None, 61, 600), ("P1", 40, 600), ("P2", 21, 600)]
    page = client.get(PAGES[1] + MONTH).content.decode()
    assert "北一组" in page and "10 分" in page and "仅一人" in page
    ever = client.get(f"{PAGES[1]}?period=all")
    assert ever.context["found"].sheets[0].team.joined is None and "周期内加入" not in ever.content.decode()


def test_without_teams_the_page_asks_for_them(client, cast):
    client.force_login(cast.director)
    assert "指定团队" in client.get(PAGES[0]).content.decode()
    answer = client.post("/evaluate/support/remit/", {"units": ["n1"], "kinds": ["incident"], "least_level": "4"})
    assert answer.status_code == 302 and found(client).coverage.share.n == 80
    assert client.post("/evaluate/support/remit/", {"units": [], "least_level": "9"}).status_code == 422


def test_the_file_has_both_tables_and_its_line_in_the_log(client, cast, said):
    client.force_login(cast.director)
    book = load_workbook(io.BytesIO(client.get(f"/evaluate/support/file.xlsx{MONTH}").content))
    cells = {row[0].value: [cell.value for cell in row] for row in book["覆盖"].iter_rows() if row[0].value}
    assert cells["VPN"][1:4] == [66, 60 / 66, 66] and cells["VPN"][8:] == ["60/60", "0/6", None]
    assert cells["打印"][7] == "无支持团队办理、无人胜任" and cells["未覆盖的问题类型"][1] == 1
    team = [[cell.value for cell in row] for row in book["1 n1"].iter_rows()]
    assert ["王敏 (a1)", 4, 1] in [row[:3] for row in team] and ["在岗人数", 2] in [row[:2] for row in team]
    assert ["P1", 600, 40] in [row[:3] for row in team]
    entry = AuditEntry.objects.get(action="evaluate.support_exported")
    assert entry.hash in str(cells["审计日志"][1])


@pytest.mark.parametrize("address", ["?period=never", "?period=custom", "?period=custom&from=2026-02-01&to=2026-01-01"])
def test_a_period_that_cannot_be_meant_shows_no_numbers(client, cast, said, address):
    client.force_login(cast.director)
    shown = client.get(PAGES[0] + address)
    assert shown.status_code == 422 and shown.context["found"] is None and "stat-value" not in shown.content.decode()


def test_strangers_get_nothing(client, cast, said):
    for page in (*PAGES, "/evaluate/support/file.xlsx", "/evaluate/support/remit/"):
        for name in ("nobody", "agent", *(["outsider", "leader", "manager"] if "remit" in page else [])):
            client.force_login(getattr(cast, name))
            assert client.get(page + MONTH).status_code == 404, (name, page)


def test_an_outsider_sees_no_team_of_others_and_none_of_their_cases(client, cast, said):
    client.force_login(cast.outsider)
    assert found(client, PAGES[1]).sheets == () and "王敏" not in client.get(PAGES[1] + MONTH).content.decode()
    table = found(client).coverage
    assert {line.problem: line.n for line in table.lines} == {"VPN": 6, "打印": 8} and table.share.value == 0
    with pytest.raises(NotAllowed):
        services.set_remit(units=["s1"], kinds=[], left_out=[], least_level=3, actor=cast.manager)


@pytest.mark.parametrize(("page", "most"), [(PAGES[0], 16), (PAGES[1], 16)])
def test_queries_do_not_grow(client, cast, said, page, most):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection, ) as seen:
        client.get(page + MONTH)
    assert len(seen) <= most
