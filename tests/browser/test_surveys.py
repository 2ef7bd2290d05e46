"""A questionnaire is written, moved about by keyboard and mouse, checked, previewed on a phone, and published."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import JOURNEYS, SIZES

pytestmark = JOURNEYS


def order(page: Page) -> list[str]:
    return page.locator("#builder .ask-line").evaluate_all("lines => lines.map(line => line.dataset.name)")


@SIZES
def test_a_questionnaire_is_written_checked_and_published(person, check_page, size):
    page: Page = person("survey_officer", size)
    page.goto("/collect/surveys/new/")
    check_page(page)
    page.fill("input[name=title]", f"服务后评价 {size['width']}")
    page.fill("textarea[name=purpose]", "提升服务")
    page.select_option("select[name=begin]", "contact")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("调查目的还不够具体")
    check_page(page)
    page.get_by_role("button", name="编辑问卷").click()
    page.wait_for_url(re.compile("/v/1/"))
    assert order(page) == ["csat", "ces", "solved", "comment", "may_contact"]

    page.get_by_role("link", name="编辑 solved").click()
    page.fill("textarea[name=edit-title]", "您是否认为我们的服务很好？")
    expect(page.locator("#preview-body")).to_contain_text("您是否认为我们的服务很好？")
    check_page(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#line-solved .hit").first).to_contain_text("诱导式提问")
    check_page(page)
    page.locator("#line-solved").get_by_role("button", name=re.compile("采用 solved 诱导")).click()
    expect(page.locator("#line-solved .ask-line-title")).to_have_text("您对服务的评价是？")

    page.locator("#line-solved").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#builder .ask-line").nth(1)).to_have_attribute("data-name", "solved")
    expect(page.locator("#line-solved")).to_be_focused()
    # By way of its neighbour: what is held must be on its way before the list scrolls beneath it.
    page.locator("#line-comment").hover()
    page.mouse.down()
    for name in ("ces", "csat"):
        page.locator(f"#line-{name} > .ask-line-head").hover()
    page.mouse.up()
    expect(page.locator("#builder .ask-line").first).to_have_attribute("data-name", "comment")
    page.get_by_role("button", name="一键调整顺序").click()
    expect(page.locator("#builder .ask-line").last).to_have_attribute("data-name", "comment")

    page.get_by_role("link", name="预览").click()
    expect(page.locator("input:checked")).to_have_count(0)
    check_page(page)
    page.locator("#i-csat-1").check()
    expect(page.locator("#i-csat-1")).to_be_checked()
    page.get_by_role("link", name="返回问卷").click()
    page.get_by_role("button", name="发布").click()
    expect(page.locator("main")).to_contain_text("已发布 v1")
    check_page(page)


def test_a_press_counts_once_and_an_item_opens_after_it(person):
    """The answer to an act draws all lines anew: it is not asked for twice, nor does it close what was opened since."""
    page: Page = person("survey_officer")
    page.goto("/collect/surveys/new/")
    page.fill("input[name=title]", "慢服务器")
    page.select_option("select[name=begin]", "contact")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="编辑问卷").click()
    page.wait_for_url(re.compile("/v/1/"))
    held: list = []
    page.route("**/act/", lambda route: held.append(route))
    with page.expect_request("**/act/"):
        page.locator("#builder").get_by_role("button", name="添加", exact=True).first.dblclick()
    page.get_by_role("link", name="编辑 ces").click()
    held[0].continue_()
    expect(page.locator("#edit-ces #item-form textarea").first).to_be_focused()
    expect(page.locator("#builder .ask-line")).to_have_count(6)
    expect(page.locator("#builder .notice-bad")).to_have_count(0)
    assert len(held) == 1
