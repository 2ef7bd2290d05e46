"""The loop on a survey: a difference of the cross-analysis, finding, cause, measure; later answers, verdict, closed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import JOURNEYS, command, served
from .test_loop import approve, at, carry_out, close_as_effective, enter, saved, search_for
from .travellers import write_travellers

pytestmark = [*JOURNEYS, pytest.mark.long]

START, BEFORE, AFTER = datetime(2025, 9, 1), 20, 13
CHANGE = START + timedelta(weeks=BEFORE)
TITLE = "总体满意度（问卷语言 中文）低于其余"


@pytest.fixture
def airport(tmp_path: Path) -> Path:
    """A place with an airport's workspace: the answers up to the day of the change."""
    file = tmp_path / "travellers.csv"
    write_travellers(file, start=START, days=7 * BEFORE, clean=False, first=1, seed=3)
    command(tmp_path, "import", str(file), "--table", "answers", "--preset", "sfo_survey_2016", "--home",
            str(tmp_path / "home"), **at(CHANGE))
    return tmp_path


def mark_the_difference(page: Page, check_page) -> None:
    """From the survey's analysis: the codes of its dictionary are words, and one difference is marked as a problem."""
    page.goto("/evaluate/surveys/of/sfo_2016/")
    expect(page.locator("main")).to_contain_text("清洁")
    page.goto("/evaluate/surveys/of/sfo_2016/cross/")
    line = page.locator("li", has_text=re.compile("问卷语言.*中文.*总体满意度|总体满意度.*问卷语言.*中文")).first
    expect(line).to_be_visible()
    check_page(page)
    with page.expect_navigation():
        line.get_by_role("button", name="记为问题").click()


def say_why(page: Page) -> None:
    saved(page, "受理")
    for field, text in {"step": "洗手间保洁", "action": "中文出发厅洗手间早班后无人清洁", "metric": "满意度均分",
                        "threshold": "平均 2.1 分，低于其余 3.9 分"}.items():
        page.fill(f"[name={field}]", text)
    saved(page, "保存陈述")
    page.locator("summary", has_text="直接记下一个原因").click()
    page.fill("input[name=text]", "保洁班次在 14 点结束")
    page.fill("[name=evidence]", "14 点后的“清洁：洗手间”评分低 1 分")
    saved(page, "记下")


def plan(page: Page) -> None:
    page.get_by_role("link", name="制定措施").first.click()
    for field, text in {
            "title": "每天 14 点至 22 点增加 2 人保洁洗手间，清洁间隔由 8 小时降到 1 小时",
            "aim": "满意度均分由 3.3 分提高到 3.8 分", "plan": "每小时签字一次。"}.items():
        page.fill(f"[name={field}]", text)
    page.select_option("[name=kind]", "staffing")
    page.fill("[name=detail_change]", "晚班增加 2 人")
    page.fill("[name=detail_period]", "1 月 19 日起，每天 14 点至 22 点")
    page.select_option("[name=unit_code]", "T1")
    page.select_option("[name=accountable]", label="质检主管")
    page.fill("[name=starts_on]", CHANGE.date().isoformat())
    page.fill("[name=due_on]", (CHANGE + timedelta(days=7)).date().isoformat())
    page.check("[name=term][value=quick_win]")
    saved(page, "保存")


def agree_on_the_yardstick(page: Page) -> None:
    """The yardstick is a mean of this survey alone. With 18 weeks before, a season may hide changes below 0.35."""
    for field, text in {"where": 'survey = "sfo_2016"', "worthwhile": "0.4",
                        "change": (CHANGE + timedelta(days=1)).date().isoformat(), "weeks_before": "20",
                        "weeks_after": "12"}.items():
        page.fill(f"[name={field}]", text)
    page.select_option("[name=indicator]", "csat_mean")
    expect(page.locator("aside")).to_contain_text("数据足以判断")
    saved(page, "保存标尺")
    saved(page, "提交审批")


def test_a_difference_in_a_survey_becomes_a_measure_and_gets_its_verdict(browser: Browser, airport: Path,
                                                                         check_page) -> None:
    roster = airport / "班表.txt"
    roster.write_text("1 月 19 日起：晚班 2 人", encoding="utf-8")
    with served(airport, **at(CHANGE + timedelta(hours=9))) as product:
        admin = enter(browser, product, "administrator")
        admin.goto("/settings/units/new/")
        admin.fill("input[name=code]", "T1")
        admin.fill("input[name=name]", "一号航站楼")
        saved(admin, "保存")
        manager, director = (enter(browser, product, role) for role in ("quality_manager", "director"))
        mark_the_difference(director, check_page)
        search_for(director, TITLE)
        say_why(director)
        check_page(director)
        manager.goto(director.url)
        plan(manager)
        agree_on_the_yardstick(manager)
        measure = manager.url.removeprefix(product.url)
        approve(director, measure)
        carry_out(manager, measure, roster, CHANGE)
    later = airport / "later.csv"
    write_travellers(later, start=CHANGE, days=7 * AFTER, clean=True, first=100_001, seed=4)
    command(airport, "import", str(later), "--table", "answers", "--preset", "sfo_survey_2016", "--home",
            str(airport / "home"), **at(CHANGE + timedelta(weeks=AFTER)))
    with served(airport, **at(CHANGE + timedelta(weeks=AFTER, hours=9))) as product:
        close_as_effective(enter(browser, product, "director"), measure, "间断时间序列", check_page)
