"""A messy Chinese spreadsheet from upload over its questions to the board."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Page, expect

from .conftest import JOURNEYS, SIZES, WIDE, settle

pytestmark = JOURNEYS

ROWS, HIDDEN, BAD = 40, 10, (7, 19)
WRITINGS = ("%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y/%m/%d %H:%M")


def messy_book(path: Path, prefix: str) -> None:
    """Title rows, a header of merged cells, mixed dates, two that nobody can read, a hidden row, a total."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("九月")
    sheet.merge_range(0, 0, 0, 7, "2026年9月客服工单报表")
    sheet.write(1, 0, "导出时间：2026-10-01")
    sheet.merge_range(2, 0, 2, 1, "工单")
    sheet.merge_range(2, 2, 2, 3, "客户")
    sheet.merge_range(2, 4, 2, 6, "处理")
    sheet.merge_range(2, 7, 3, 7, "是否解决")
    sheet.write_row(3, 0, ["工单编号", "渠道", "客户编号", "问题类型", "坐席", "创建时间", "解决时间"])
    for number in range(ROWS):
        opened = datetime(2026, 9, 1, 9) + timedelta(hours=5 * number)
        shown = "昨天下午" if number in BAD else opened.strftime(WRITINGS[number % 3])
        solved = (opened + timedelta(hours=3)).strftime("%d/%m/%Y %H:%M")
        sheet.write_row(4 + number, 0, [
            f"{prefix}{900000000000000000 + number}", "400热线" if number % 5 == 0 else "电话", f"K{number % 9}",
            "退换货", f"A{number % 3}", shown,
            solved, "已办" if number % 4 == 0 else "是"])
    sheet.set_row(HIDDEN, None, None, {"hidden": True})
    sheet.write_row(4 + ROWS, 0, ["合计", "", "", "", str(ROWS)])
    book.close()


@SIZES
def test_a_messy_spreadsheet_is_asked_about_and_reaches_the_board(person, check_page, tmp_path, size):
    file = tmp_path / "九月工单.xlsx"
    messy_book(file, "M" if size is WIDE else "N")
    page: Page = person("manager", size)
    page.goto("/collect/imports/new/")
    page.set_input_files("#file", file)
    page.wait_for_url(re.compile(r"/uploads/[0-9a-f-]{36}/$"))
    onward(page, "/mapping/")
    onward(page, "/questions/")
    check_page(page)
    answer_everything(page, check_page)
    page.locator("button[name=go]").click()
    page.wait_for_url(re.compile("/check/"))
    expect(page.locator("[hx-trigger*='every']")).to_have_count(0, timeout=60_000)
    expect(page.locator("main")).to_contain_text("昨天下午", timeout=60_000)
    expect(page.locator("main")).to_contain_text("不是可识别的日期时间")
    check_page(page)
    page.locator("main .btn-primary:visible").last.click()
    page.wait_for_url(re.compile("/batches/"), timeout=60_000)
    expect(page.locator("main")).to_contain_text("对各指标的影响", timeout=30_000)
    check_page(page)
    told = page.locator("main .stats").first.inner_text()
    # 40 tickets and the line of totals are read; two dates nobody can read, the hidden row and the total stay out.
    assert [int(number) for number in re.findall(r"\d+", told)][:5] == [41, 37, 0, 0, 4]
    page.locator("a.btn-primary", has_text="看指标看板").click()
    expect(page.locator("h1").first).to_be_visible()
    check_page(page)


def onward(page: Page, to: str) -> None:
    page.locator("main .btn-primary:visible").last.click()
    page.wait_for_url(re.compile(to))
    page.wait_for_load_state("networkidle")


def answer_everything(page: Page, check_page) -> None:
    """Refused while a question is open; each answer reads the preview anew; the last one leaves none."""
    page.locator("button[name=go]").click()
    expect(page.locator("main")).to_contain_text("还有问题没有回答")
    asked = page.locator("#questions section").first
    for legend, answer in (("隐藏的行", "不导入"), ("解决时间", "先日后月"), ("已办", "是")):
        question = asked.locator("fieldset", has=page.locator("legend", has_text=legend))
        question.get_by_label(re.compile(f"^{answer}")).check()
        expect(question).to_have_count(0, timeout=20_000)
    # A word of the other system, among the words of ours: the likeliest stands first in a list.
    question = asked.locator("fieldset", has=page.locator("legend", has_text="400热线"))
    expect(question.locator("option").nth(1)).to_contain_text("电话（最可能）")
    question.get_by_role("combobox").select_option("phone")
    expect(question).to_have_count(0, timeout=20_000)
    expect(asked).to_contain_text("没有需要您决定的")
    for told in ("表头所在行", "合计行", "时区"):
        expect(page.locator("details.decided")).to_contain_text(told)
    settle(page)
    check_page(page)
