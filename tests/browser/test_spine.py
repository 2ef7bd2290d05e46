"""The spine as a service manager walks it: a messy export becomes numbers, numbers open to rows, rows to a case."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import JOURNEYS, SIZES, WIDE

pytestmark = JOURNEYS

HEADERS = "工单编号,客户编号,渠道,坐席,问题类型,创建时间,解决时间,关闭时间\n"


def messy_export(path: Path, *, rows: int = 60, prefix: str = "B") -> tuple[int, int]:
    """Write a GB18030 file with Chinese headers and two dates that nobody can read; return rows and bad rows."""
    draw = random.Random(7)
    lines = []
    for number in range(rows):
        opened = datetime(2026, 9, 1, 9) + timedelta(hours=7 * number, minutes=draw.randrange(60))
        solved = opened + timedelta(hours=draw.randrange(1, 40))
        shown = "昨天下午" if number in (5, 17) else opened.strftime("%Y/%m/%d %H:%M")
        lines.append(f"{prefix}{900000000000000000 + number},K{number % 20},电话,A1,退换货,{shown},"
                     f"{solved:%Y/%m/%d %H:%M},{solved:%Y/%m/%d %H:%M}\n")
    path.write_bytes((HEADERS + "".join(lines)).encode("gb18030"))
    return rows, 2


@SIZES
def test_a_messy_spreadsheet_becomes_a_batch_that_can_be_undone(person, check_page, tmp_path, size):
    rows, bad = messy_export(tmp_path / "九月工单.csv", prefix="B" if size is WIDE else "C")
    page: Page = person("manager", size)
    page.goto("/collect/imports/new/")
    page.set_input_files("#file", tmp_path / "九月工单.csv")
    page.wait_for_url(re.compile(r"/collect/imports/uploads/[0-9a-f-]{36}/$"))
    expect(page.locator("body")).to_contain_text("GB18030", timeout=20_000)
    check_page(page)
    walk_to_import(page, check_page)
    page.wait_for_url(re.compile(r"/collect/imports/batches/"), timeout=60_000)
    check_page(page)
    counts = page.locator("main").inner_text()
    assert str(rows) in counts and str(rows - bad) in counts and str(bad) in counts
    with page.expect_download() as download:
        page.locator("a[href*='rejected']").first.click()
    assert "昨天下午" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.locator("a[href*='undo'], button:has-text('撤销')").first.click()
    if page.locator("textarea[name=reason], input[name=reason]").count():
        page.locator("textarea[name=reason], input[name=reason]").first.fill("浏览器测试")
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("已撤销", timeout=30_000)


def walk_to_import(page: Page, check_page) -> None:
    """Go on through mapping and trial run; at each step the main button says what comes next."""
    for _ in range(5):
        if "/batches/" in page.url:
            return
        before = page.url
        page.locator("main .btn-primary:visible").last.click()
        page.wait_for_url(lambda address, before=before: address != before, timeout=60_000)
        page.wait_for_load_state("networkidle")
        expect(page.locator("[hx-trigger*='every']")).to_have_count(0, timeout=60_000)
        check_page(page)


@SIZES
def test_a_number_opens_to_its_rows_and_a_row_to_its_case(person, check_page, size):
    page: Page = person("director", size)
    page.goto("/evaluate/indicators/fcr/rows/")
    check_page(page)
    page.locator("a[href*='/evaluate/cases/']").first.click()
    page.wait_for_url(re.compile("/evaluate/cases/"))
    expect(page.locator("main")).to_contain_text("计时明细")
    check_page(page)


def test_what_is_seen_is_exported_whole(person):
    page: Page = person("director")
    page.goto("/evaluate/indicators/fcr/rows/")
    shown = page.get_by_text(re.compile(r"共 [\d,]+ 行")).first.inner_text()
    rows = int(re.sub(r"\D", "", shown))
    page.locator("summary", has_text="导出全部").click()
    with page.expect_download() as download:
        page.locator("a.menu-item[href*='format=csv']").first.click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    mark, head, *records = lines
    assert "客服总监" in mark and head.startswith("工单,") and len(records) == rows > 100


def test_a_report_is_drafted_and_downloaded(person, check_page):
    page: Page = person("director")
    page.goto("/evaluate/reports/new/")
    page.select_option("select[name=period]", "this_month")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/evaluate/reports/\d+/|/jobs/"), timeout=60_000)
    expect(page.locator("main")).to_contain_text("改进方向", timeout=120_000)
    check_page(page)
    for form, mark in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        if not page.locator("a.menu-item[href*='/file/']").first.is_visible():
            page.locator("summary", has_text="下载").click()
        with page.expect_download(timeout=60_000) as download:
            page.locator(f"a.menu-item[href*='/file/{form}']").first.click()
        assert Path(download.value.path()).read_bytes().startswith(mark)


def test_an_agent_sees_only_their_own_work(person):
    page: Page = person("agent")
    answer = page.goto("/evaluate/board/")
    assert answer is not None and answer.status == 200
    answer = page.goto("/settings/people/")
    assert answer is not None and answer.status == 404
    answer = page.goto("/collect/imports/")
    assert answer is not None and answer.status == 404
