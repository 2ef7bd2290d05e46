"""The live board on desk and wall, reminders before time runs out, and being told: as people walk through them."""

import re

import pytest
from playwright.sync_api import Page, expect

from bihuan.core.notifications.tests.servers import Post, running

from .conftest import DESK, JOURNEYS, visit

pytestmark = JOURNEYS
WALL = {"width": 1920, "height": 1080}
# The demonstration ends in 2026; the board shows it as a recording and says so.
DIRECTOR_PAGES = [
    "/evaluate/live/", "/evaluate/live/cases/open/", "/evaluate/live/cases/overdue/", "/evaluate/live/agents/",
    "/evaluate/live/views/", "/evaluate/live/views/new/", "/evaluate/reminders/", "/evaluate/reminders/new/",
    "/evaluate/reminders/log/", "/notifications/", "/account/notifications/",
]
ADMIN_PAGES = [
    "/settings/notifications/", "/settings/notifications/log/", "/settings/notifications/new/mail/",
    "/settings/notifications/new/wecom/", "/settings/notifications/new/webhook/",
    "/account/notifications/robots/new/feishu/",
]


@DESK
@pytest.mark.parametrize("role,pages", [("director", DIRECTOR_PAGES), ("administrator", ADMIN_PAGES)])
def test_pages_are_accessible_and_fit(person, check_page, role, pages, size):
    page = person(role, size)
    visit(page, pages, check_page)


def test_the_board_asks_for_news_by_itself_and_gets_none(person):
    page = person("director")
    page.goto("/evaluate/live/")
    assert "回放，不是现在" in page.locator("#live").inner_text()
    # A job of a product that has just started may bring news once; then there are none.
    with page.expect_response(lambda answer: "seen=" in answer.url and answer.status == 204):
        page.wait_for_timeout(100)


def test_a_number_leads_to_cases_and_a_case(person):
    page = person("director")
    page.goto("/evaluate/live/")
    tile = page.locator(".live-tile", has_text="未结工单")
    shown = int(tile.locator(".live-number").inner_text().replace(",", ""))
    tile.locator("a").click()
    page.wait_for_url("**/evaluate/live/cases/open/**")
    lines = page.locator("tbody tr")
    assert lines.count() == min(shown, 50)
    lines.first.locator("th a").click()
    page.wait_for_url("**/evaluate/cases/**")
    assert "计时" in page.content()


def test_the_wall_screen_is_big_dark_and_whole(person, check_page):
    page = person("director", WALL)
    page.goto("/evaluate/live/")
    page.click("text=大屏")
    page.wait_for_url("**/evaluate/live/wall/**")
    check_page(page)
    assert page.locator("nav").count() == 0
    size = page.locator(".live-number").first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 64
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"] + 1


def test_a_view_is_made_ordered_shared_and_opened_by_a_colleague(person):
    page = person("director")
    page.goto("/evaluate/live/views/new/")
    page.fill("input[name=name]", "早会")
    page.check("input[name=is_shared]")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/views/\d+/"))
    page.get_by_role("button", name="上移：已超时").click()
    page.get_by_role("button", name="去掉：坐席状态").click()
    link = page.locator("code").inner_text()
    colleague = person("manager")
    colleague.goto(link)
    assert colleague.locator("h1").inner_text() == "早会"
    heads = colleague.locator(".live-tile h2").all_inner_texts()
    assert heads.index("已超时") < heads.index("即将超时")
    assert "坐席状态" not in colleague.locator("#live").inner_text()
    outsider = person("administrator")
    assert outsider.goto(link).status == 404


def test_a_reminder_rule_is_tried_on_last_week_and_kept(person):
    page = person("director")
    page.goto("/evaluate/reminders/new/")
    page.fill("input[name=name]", "承诺前 1 小时")
    page.select_option("select[name=clock]", "promised")
    page.click("text=试算上一周")
    expect(page.locator("#preview")).to_contain_text(re.compile(r"会提醒 [\d,]+ 个工单"))
    page.click("text=保存")
    page.wait_for_url("**/evaluate/reminders/")
    assert "承诺前 1 小时" in page.locator("table").inner_text()
    assert person("team_leader").goto("/evaluate/reminders/").status == 404


def test_a_mail_server_is_set_up_and_tried(person, check_page):
    page = person("administrator")
    page.goto("/settings/people/")
    page.get_by_role("link", name="系统管理员").first.click()
    page.fill("input[name=email]", "admin@example.com")
    page.locator("form", has=page.locator("input[name=email]")).get_by_role("button", name="保存").click()
    with running(Post()) as post:
        page.goto("/settings/notifications/new/mail/")
        for name, value in (("name", "公司邮件"), ("host", "127.0.0.1"), ("port", str(post.port)),
                            ("sender", "bihuan@example.com")):
            page.fill(f"input[name={name}]", value)
        page.select_option("select[name=security]", "none")
        page.click("form.card button[type=submit]")
        page.wait_for_url("**/settings/notifications/")
        page.get_by_role("button", name="发送测试").click()
        page.wait_for_selector("text=测试消息已发出")
        assert [recipient for recipient, _text in post.mails] == ["admin@example.com"]
    page.goto("/settings/notifications/")
    page.get_by_role("button", name="发送测试").click()
    page.wait_for_selector("text=测试消息没有送达")
    page.goto("/settings/notifications/log/")
    assert page.locator("tbody tr").count() == 2 and "无法连接邮件服务器" in page.content()
    page.goto("/settings/notifications/")
    visit(page, [f"/settings/notifications/{number_behind(page, '公司邮件')}/"], check_page)


def number_behind(page: Page, name: str) -> str:
    return (page.get_by_role("link", name=name, exact=True).get_attribute("href") or "").strip("/").split("/")[-1]


def test_a_person_chooses_how_to_be_told(person, check_page):
    page = person("team_leader")
    page.goto("/account/")
    page.click("text=通知设置")
    page.get_by_label("工单即将超时：邮件").uncheck()
    page.get_by_label("工单即将超时：时机").select_option("daily")
    page.fill("input[name=hours_until]", "18:00")
    page.locator("form[data-warn-unsaved]").get_by_role("button", name="保存").click()
    page.wait_for_selector("text=已保存")
    expect(page.get_by_label("工单即将超时：邮件")).not_to_be_checked()
    expect(page.locator("input[name=hours_until]")).to_have_value("18:00")
    page.goto("/account/notifications/robots/new/feishu/")
    page.fill("input[name=name]", "我的群")
    page.fill("input[name=url]", "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef")
    page.click("form.card button[type=submit]")
    page.wait_for_url("**/account/notifications/")
    visit(page, [f"/account/notifications/robots/{number_behind(page, '我的群')}/"], check_page)
