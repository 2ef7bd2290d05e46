"""Data sources as the administrator walks through them: connecting a system, and watching a folder."""

import csv
import re

from bihuan.core.notifications.tests.servers import running
from bihuan.loop.collect.sources.tests.servers import SECRET, ticket, zendesk

from .conftest import DESK, JOURNEYS, renew

pytestmark = JOURNEYS
LIST = "/collect/sources/"
KINDS = ("zendesk", "chatwoot", "zammad", "json", "folder")


def connect(page, system, name, code):
    """Fill in the form for a Zendesk and save it."""
    page.goto(LIST)
    page.click("summary:has-text('添加数据源')")
    page.get_by_role("link", name="Zendesk", exact=True).click()
    page.wait_for_url("**/new/zendesk/")
    for field, value in (("name", name), ("code", code), ("address", system.url), ("user", "ann@example.com"),
                         ("secret", SECRET)):
        page.fill(f"input[name={field}]", value)
    for field in ("ticket_events", "users", "groups"):
        page.select_option(f"select[name=mapping_{field}]", "")
    page.select_option("select[name=mapping_tickets]", "zendesk_api_tickets")
    page.select_option("select[name=rhythm]", "240")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/collect/sources/\d+/$"))


def delete(page):
    page.click("button[data-dialog=delete]")
    page.get_by_role("button", name="确认删除").click()
    page.wait_for_url(f"**{LIST}")


@DESK
def test_a_system_is_connected_pulled_paused_and_removed(person, check_page, size):
    page = person("administrator", size)
    code = f"desk{size['width']}"
    with running(zendesk([ticket(number, id=number * 7 + size["width"]) for number in range(1, 13)])) as system:
        connect(page, system, "Zendesk 生产", code)
        assert "10 行可以导入" in page.locator("main").inner_text() and SECRET not in page.content()
        check_page(page)
        page.get_by_role("button", name="现在拉取").click()
        # The job says how it ended, unless the page was renewed after it.
        page.wait_for_selector("text=读取 12 行", timeout=120_000)
        renew(page)
        assert re.search(r"读取 12 行，新增或更新 12", page.locator("#state").inner_text())
        check_page(page)
        page.get_by_role("link", name=re.compile("12 行")).click()
        page.wait_for_url("**/collect/imports/batches/**")
        page.goto(LIST)
        line = page.locator("tbody tr", has_text="Zendesk 生产")
        assert "正常" in line.inner_text() and "每 4 小时" in line.inner_text()
        check_page(page)
        line.locator("a").first.click()
        page.get_by_role("button", name="暂停").click()
        page.wait_for_selector("text=已暂停")
        page.get_by_role("link", name="修改").click()
        page.wait_for_url("**/edit/")
        assert page.locator("input[name=secret]").input_value() == ""
        check_page(page)
        page.go_back()
        delete(page)
    assert page.locator("tbody tr", has_text="Zendesk 生产").count() == 0


def test_a_wrong_secret_is_said_and_nothing_is_switched_on(person):
    page = person("administrator")
    with running(zendesk([])) as system:
        connect(page, system, "错的", "wrong")
        page.get_by_role("link", name="修改").click()
        page.fill("input[name=secret]", "not-the-secret-at-all")
        page.click("form.card button[type=submit]")
        page.wait_for_selector("text=HTTP 401")
    delete(page)


def test_a_folder_takes_in_what_is_dropped_into_it(person, product, check_page):
    page = person("administrator")
    page.goto(f"{LIST}new/folder/")
    page.fill("input[name=name]", "呼叫中心导出")
    page.fill("input[name=code]", "drop")
    page.select_option("select[name=mapping_files]", "cases")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/collect/sources/\d+/$"))
    folder = product.home / "inbox" / "drop"
    with open(folder / "三月工单.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["工单号", "受理时间", "渠道"], ["DROP1", "2026-03-01 09:00", "电话"],
                                    ["DROP2", "三月初", "电话"]])
    (folder / "菜单.csv").write_text("菜名,价格\n面,12\n", encoding="utf-8")
    # A file is whole when two looks some twenty seconds apart found it the same; nobody waits for the round's.
    for _ in range(40):
        page.get_by_role("button", name="现在查看").click()
        page.wait_for_timeout(6_000)
        renew(page)
        if page.locator("td[data-label=状态]:has-text('待处理')").count():
            break
    page.wait_for_selector("th:has-text('三月工单.csv')")
    text = page.locator("main").inner_text()
    assert "已导入" in text and "不能导入" in text
    check_page(page)
    assert {path.name for path in (folder / "done").iterdir()} == {"三月工单.csv", "三月工单.rejected.csv"}
    assert [path.name for path in (folder / "undecided").iterdir()] == ["菜单.csv"]
    page.goto("/notifications/")
    assert "菜单.csv" in page.locator("main").inner_text()
    page.goto(LIST)
    page.locator("tbody a", has_text="呼叫中心导出").click()
    delete(page)


@DESK
def test_forms_are_accessible_and_fit(person, check_page, size):
    page = person("administrator", size)
    for address in (LIST, *(f"{LIST}new/{kind}/" for kind in KINDS)):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        check_page(page)


def test_others_find_no_sources(person):
    for role in ("director", "team_leader"):
        page = person(role)
        assert page.goto(LIST).status == 404
        assert page.goto(f"{LIST}new/zendesk/").status == 404
