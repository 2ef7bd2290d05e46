"""From a scope to a goal whose progress comes from data, and to 表1, which travels to Excel and back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from .conftest import DESK, JOURNEYS, settle

pytestmark = JOURNEYS

# The small company has four weeks of September: the first is the baseline.
DAYS = {"baseline_start": "2026-09-03", "baseline_end": "2026-09-10", "start": "2026-09-11", "due": "2026-12-31"}
SCENE = "9 月 5 日来电两次，客户说：等了 20 分钟没人接"


def saved(page: Page, form: str = "main form") -> None:
    with page.expect_navigation():
        page.locator(f"{form} button.btn-primary[type=submit]").last.click()
    settle(page)


@DESK
def test_a_scope_is_named_previewed_and_leads_to_its_board(person, check_page, size):
    page: Page = person("director", size)
    page.goto("/plan/scopes/new/")
    name = f"电话投诉 {size['width']}"
    page.fill("input[name=name]", name)
    page.check("input[name=channel][value=phone]")
    expect(page.locator("aside")).to_contain_text("全部时间")
    check_page(page)
    saved(page, "form#scope-form")
    expect(page.locator("main")).to_contain_text(name)
    check_page(page)
    page.get_by_role("row", name=re.compile(name)).get_by_role("link", name="看板").click()
    page.wait_for_url(re.compile("channel=phone"))


@DESK
def test_a_sentence_becomes_a_goal_with_its_progress(person, check_page, size):
    page: Page = person("director", size)
    page.goto("/plan/goals/new/")
    page.fill("input[name=sentence]", "提升电话一次性解决率至99%")
    page.get_by_role("button", name="读出指标与目标值").click()
    expect(page.locator("[name=indicator]")).to_have_value("fcr")
    expect(page.locator("[name=channel]")).to_have_value("phone")
    page.fill("textarea[name=reason]", "提升服务质量")
    for name, day in DAYS.items():
        page.fill(f"input[name={name}]", day)
    expect(page.locator("aside .smart-lack")).to_contain_text("相关")
    check_page(page)
    page.fill("textarea[name=reason]", "重复来电占来电的三成，多为物流问题")
    saved(page, "form#goal-form")
    expect(page.locator("main")).to_contain_text("趋势与目标线")
    expect(page.locator("main .verdict").first).to_have_text(re.compile("未达成|尚不能判断|已达成"))
    check_page(page)
    page.goto("/plan/goals/")
    check_page(page)
    page.locator("td[data-label=现在] a").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"共 [\d,]+ 行"))


@DESK
def test_channels_warn_of_what_nobody_measures(person, check_page, size):
    page: Page = person("director", size)
    page.goto("/plan/channels/")
    expect(page.locator("#phone")).to_contain_text("通话质量")
    expect(page.locator("#phone .notice")).to_be_visible()
    check_page(page)
    page.goto("/plan/channels/phone/")
    check_page(page)


@DESK
def test_table_one_is_made_filled_downloaded_and_read_back(person, check_page, tmp_path, size):
    page: Page = person("director", size)
    page.goto("/evaluate/tables/new/")
    page.select_option("select[name=period]", "all")
    check_page(page)
    saved(page)
    page.wait_for_url(re.compile(r"/evaluate/tables/\d+/$"))
    expect(page.locator("main")).to_contain_text("系统评分")
    check_page(page)
    page.get_by_role("link", name=re.compile("填写")).first.click()
    page.select_option("select[name=line4-score]", "1.5")
    page.fill("textarea[name=line4-scene]", "服务差")
    saved(page)
    expect(page.locator(".field-errors")).to_contain_text("过于笼统")
    check_page(page)
    page.fill("textarea[name=line4-scene]", SCENE)
    saved(page)
    expect(page.locator("#block-0")).to_contain_text("1.5")
    file = fetched(page, tmp_path)
    book = load_workbook(file)
    book["表1"]["E4"] = "系统 5，人改"
    book.save(tmp_path / "bad.xlsx")
    read_back(page, tmp_path / "bad.xlsx")
    expect(page.locator("main .notice-bad:visible")).to_contain_text("第 4 行 E 列")
    check_page(page)
    book = load_workbook(file)
    book["表1"]["F9"], book["表1"]["J9"] = 4.5, date(2026, 12, 31)
    book.save(tmp_path / "good.xlsx")
    read_back(page, tmp_path / "good.xlsx")
    expect(page.locator("#block-0")).to_contain_text("4.5")
    page.goto("/evaluate/tables/")
    check_page(page)


def fetched(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    target = folder / "表1.xlsx"
    download.value.save_as(target)
    return target


def read_back(page: Page, file: Path) -> None:
    if not page.locator("input[type=file]").is_visible():
        page.locator("summary", has_text="回传填写好的 Excel").click()
    page.set_input_files("input[type=file]", file)
    with page.expect_navigation():
        page.get_by_role("button", name="读入").click()


def test_an_agent_finds_no_goals_and_no_tables_of_others(person):
    page: Page = person("agent")
    for address in ("/plan/scopes/new/", "/plan/goals/new/", "/plan/channels/phone/", "/evaluate/tables/new/"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404, address
