"""A sample from the planner to the list: frame, strata, draw, a change by hand, the check, everybody's reason."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import DESK, JOURNEYS, settle

pytestmark = JOURNEYS


def saved(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).last.click()
    settle(page)


@DESK
def test_the_planner_draws_its_curve(person, check_page, size):
    page: Page = person("survey_officer", size)
    page.goto("/collect/samples/planner/")
    page.fill("input[name=population]", "1000")
    saved(page, "计算")
    expect(page.locator(".stat-value").first).to_have_text("278")           # Cochran 1977, section 4.4
    expect(page.locator("[data-chart] svg")).to_be_visible()
    check_page(page)


@DESK
def test_a_sample_is_drawn_changed_checked_and_chased(person, check_page, size):
    page: Page = person("survey_officer", size)
    name = f"抽样 {size['width']}"
    page.goto("/collect/surveys/new/")
    page.fill("input[name=title]", name)
    saved(page, "保存")
    page.goto(page.url.split("/v/")[0].rstrip("/") + "/waves/new/")
    saved(page, "保存")
    page.goto("/collect/samples/")
    check_page(page)
    page.get_by_role("link", name=re.compile(name)).click()
    page.locator("main").get_by_role("link", name="建立抽样框").click()
    page.fill("input[name=start]", "2026-09-01")
    check_page(page)
    saved(page, "建立抽样框")
    page.check("input[name=by][value=region]")
    page.fill("input[name=total]", "300")
    page.locator("input[name=total]").press("Tab")
    expect(page.locator("#allocation")).to_contain_text("华东")
    check_page(page)
    saved(page, "抽取样本")
    expect(page.locator("main")).to_contain_text("还没有答卷")
    check_page(page)
    sample = page.url

    page.get_by_role("link", name="名单", exact=True).first.click()
    page.wait_for_url(re.compile("/list/"))
    page.goto(f"{page.url}?how=drawn")
    one = page.locator("tbody th[scope=row]").first.inner_text().strip()
    check_page(page)
    page.goto(sample)
    page.locator("summary", has_text="更多").click()
    page.get_by_role("button", name="人工移出").first.click()
    page.fill("#remove input[name=remove-customer]", one)
    page.fill("#remove textarea[name=remove-reason]", "内部员工本人")
    with page.expect_navigation():
        page.locator("#remove button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("内部员工本人")
    saved(page, "重抽一遍并核对")
    expect(page.locator("main")).to_contain_text("完全一致")

    page.get_by_role("link", name="未询问与原因").click()
    page.wait_for_url(re.compile("/reasons/"))
    expect(page.locator("main")).to_contain_text("人工移出")
    expect(page.locator("main")).to_contain_text("期间没有服务")
    check_page(page)

    page.goto(f"{sample}reach/")
    check_page(page)
    page.locator("tbody input[name=customers]").first.check()
    page.select_option("select[name=owner]", index=1)
    saved(page, "把勾选的客户交给负责人")
    expect(page.locator("main")).to_contain_text("待触达")
