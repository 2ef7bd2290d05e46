"""Personal data as officers and administrators handle it: rules tried, customers blocked and forgotten, lists taken."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from bihuan.engine.facts import store
from bihuan.engine.facts.privacy.leaks import scan_files
from bihuan.engine.home import open_home

from .conftest import DESK, JOURNEYS, NARROW, renew

pytestmark = JOURNEYS

OFFICER, ADMIN, DIRECTOR = "complaint_officer", "administrator", "director"


@pytest.fixture
def customers(product) -> list[str]:
    """Customers of the demonstration with messages of their own, the busiest first."""
    with store.connect(open_home(product.home)) as con:
        rows = con.sql('SELECT c.customer, count(*) AS n FROM cases c JOIN messages m ON m."case" = c.id '
                       "WHERE c.customer IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 6").fetchall()
    return [customer for customer, _count in rows]


def count_cases(product, customer: str) -> int:
    with store.connect(open_home(product.home)) as con:
        return con.sql("SELECT count(*) FROM cases WHERE customer = ?", params=[customer]).fetchall()[0][0]


def request(page: Page, customer: str, kind: str) -> None:
    """Register a request and verify the person."""
    page.goto("/settings/privacy/requests/new/")
    page.fill("[name=customer]", customer)
    page.select_option("[name=kind]", kind)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/requests/\d+/$"))
    page.fill("[name=how]", "回拨预留号码")
    page.click("button:has-text('身份已核实')")
    expect(page.locator("main")).to_contain_text("第二步")


@DESK
def test_rules_are_tried_before_they_are_saved(person, check_page, size):
    page = person(ADMIN, size)
    page.goto("/settings/privacy/masking/")
    check_page(page)
    page.fill("[name=text]", "我叫王小明，电话１３８-００１３-８０００，员工证M123456")
    page.click("#trial button[type=submit]")
    expect(page.locator("#trial [role=status]")).to_contain_text("我叫〔姓名〕，电话〔手机号〕，员工证M123456")
    page.fill("[name=own]", "会员号 = (?=x)")
    page.click("button:has-text('保存并生效')")
    expect(page.locator("main")).to_contain_text("不能使用")
    page.fill("[name=own]", "会员号 = 会员号[:：]?(M\\d{6})")
    page.click("button:has-text('保存并生效')")
    page.fill("[name=text]", "会员号M123456")
    page.click("#trial button[type=submit]")
    expect(page.locator("#trial [role=status]")).to_contain_text("会员号〔会员号〕")
    check_page(page)


@DESK
def test_every_page_is_accessible_and_fits(person, check_page, size):
    page = person(ADMIN, size)
    registers = [f"registers/{key}/{new}" for key in ("datasets", "agreements", "assessments", "audits", "incidents")
                 for new in ("", "new/")]
    for address in ("", "limits/", "consents/", "refusals/", "reveals/", *registers):
        page.goto(f"/settings/privacy/{address}")
        check_page(page)
    page = person(OFFICER, size)
    for address in ("/settings/privacy/reveal/", "/settings/privacy/requests/", "/exports/", "/exports/new/"):
        page.goto(address)
        check_page(page)


def test_a_blocked_customer_leaves_every_number_and_comes_back(person, product, customers):
    customer = customers[0]
    before = count_cases(product, customer)
    assert before
    page = person(OFFICER)
    for kind, expected in (("block", 0), ("unblock", before)):
        request(page, customer, kind)
        page.fill("[name=outcome]", "已办理")
        page.click("button:has-text('办结')")
        expect(page.locator("main")).to_contain_text("已办结")
        assert count_cases(product, customer) == expected


def test_a_forgotten_customer_leaves_counts_and_nothing_else(person, product, customers, check_page):
    customer = customers[1]
    before = count_cases(product, customer)
    page = person(OFFICER, NARROW)
    request(page, customer, "delete")
    check_page(page)
    with page.expect_navigation():
        page.click("button:has-text('删除并办结')")
    for _ in range(240):
        renew(page)
        if "已办结" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(500)
    expect(page.locator("main")).to_contain_text("导入的记录")
    with store.connect(open_home(product.home)) as con:
        texts = con.sql('SELECT count(m.text) FROM messages m JOIN cases c ON m."case" = c.id WHERE c.customer = ?',
                        params=[customer]).fetchall()
    assert texts == [(0,)] and count_cases(product, customer) == before


def test_a_list_of_contacts_needs_two_people_and_carries_a_mark(person, product, customers, check_page):
    page = person(OFFICER)
    page.goto("/exports/new/")
    page.fill("[name=customers]", "\n".join(customers[2:4]))
    page.fill("[name=purpose]", "三季度满意度回访")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/exports/$"))
    director = person(DIRECTOR)
    director.goto("/exports/")
    director.click("tbody a >> nth=0")
    check_page(director)
    director.click("button[value=approve]")
    expect(director.locator("main")).to_contain_text("已批准")
    with page.expect_navigation():
        page.click("tbody a >> nth=0")
    for _ in range(240):
        renew(page)
        if page.locator("button:has-text('下载')").count():
            break
        page.wait_for_timeout(500)
    with page.expect_download() as download:
        page.click("button:has-text('下载')")
    with open(download.value.path(), "rb") as file:
        book = openpyxl.load_workbook(file)
    assert all("三季度满意度回访" in sheet.oddHeader.center.text for sheet in book)
    assert book["明细"].max_row == 3


def test_what_the_server_wrote_and_what_is_exported_masked_shows_nobody(person, product, tmp_path):
    """The leak scan of R21: the product's log after all these journeys, and the rows exported without the right."""
    page = person("team_leader")
    page.goto("/evaluate/indicators/fcr/rows/")
    log = next(product.home.parent.glob("server.log"))
    leaks = [leak for leak in scan_files([log]) if leak.kind in ("mobile", "id_card", "bank_card", "email")]
    assert leaks == []
    target = Path(tmp_path / "rows.xlsx")
    target.write_bytes(page.request.get(page.locator("a[href*='format=xlsx']").first.get_attribute("href")).body())
    assert zipfile.is_zipfile(target)
    assert [leak for leak in scan_files([target]) if leak.kind in ("mobile", "id_card", "email", "landline")] == []
