"""A quality manager finds words in conversations and tags them, and puts two numbers of one customer together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import JOURNEYS, SIZES, WIDE

pytestmark = JOURNEYS
CONVERSATION = re.compile("/collect/conversations/of/")


@SIZES
def test_words_are_found_tagged_and_counted(person, check_page, size):
    page: Page = person("quality_manager", size)
    page.goto("/collect/conversations/")
    check_page(page)
    page.get_by_label("说了什么").fill("收貨")     # traditional, for what customers wrote in simplified characters
    page.get_by_role("button", name="检索").click()
    expect(page.locator("mark").first).to_have_text("收货")
    check_page(page)
    page.locator("tbody th a").nth(0 if size is WIDE else 1).click()
    page.wait_for_url(CONVERSATION)     # with its scripts, which answer the buttons
    page.locator(".bubble-customer [data-tag-message]").first.click()
    box = page.locator("#tagging-text")
    whole = box.input_value()
    box.press("Shift+ArrowRight")
    box.press("Shift+ArrowRight")
    expect(page.locator("[data-chosen]")).to_have_text(whole[:2])
    tag = "催促进度" if size is WIDE else "要求升级"
    page.locator("#tagging").get_by_text(tag).click()
    page.locator("#tagging button[type=submit]").click()
    expect(page.locator("mark").first).to_have_text(whole[:2])
    check_page(page)
    page.get_by_role("button", name="已读完并标注").click()
    expect(page.locator("main")).to_contain_text("计入标签统计")
    page.get_by_role("link", name="标签与典型场景").first.click()
    expect(page.locator("article", has_text=tag)).to_contain_text(whole[:2])
    check_page(page)


def test_the_words_selected_with_the_mouse_are_offered(person):
    page: Page = person("quality_manager")
    page.goto("/collect/conversations/")
    page.locator("tbody th a").first.click()
    page.wait_for_url(CONVERSATION)
    words = page.locator(".bubble-customer [data-text]").first
    words.dblclick()
    chosen = page.evaluate("window.getSelection().toString()").strip()
    page.keyboard.press("t")
    expect(page.locator("[data-chosen]")).to_contain_text(chosen)


@SIZES
def test_two_numbers_become_one_customer_and_two_again(person, check_page, size):
    page: Page = person("quality_manager", size)
    page.goto("/serve/customers/?order=cases")
    check_page(page)
    links = page.locator("tbody th a")
    first, second = links.nth(0 if size is WIDE else 2).inner_text(), links.nth(1 if size is WIDE else 3).inner_text()
    page.goto(f"/serve/customers/of/{first}/")
    check_page(page)
    page.get_by_role("button", name="并入另一客户").click()
    page.locator("#merge input[name=number]").fill(second)
    page.locator("#merge textarea[name=reason]").fill("同一位客户")
    page.locator("#merge button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已办理")
    page.goto("/serve/customers/changes/")
    check_page(page)
    page.get_by_role("button", name="撤销", exact=True).first.click()
    page.locator("dialog[open] textarea").fill("弄错了客户")
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已撤销")
    page.goto(f"/serve/customers/of/{second}/")
    expect(page).to_have_url(re.compile(re.escape(second)))
    for address in ("/serve/customers/unmatched/", "/serve/customers/rules/"):
        page.goto(address)
        check_page(page)


@SIZES
def test_an_administrator_sets_terms_and_sees_the_proof(person, check_page, size):
    page: Page = person("administrator", size)
    page.goto("/settings/retention/")
    check_page(page)
    page.get_by_label("未导入的行与问题单元格文件").fill("600")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="删除到期数据").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator("main")).to_contain_text("已删除", timeout=60_000)
    page.goto("/settings/retention/")
    check_page(page)


@SIZES
def test_a_recording_is_attached_and_can_be_played(person, check_page, tmp_path, size):
    import wave

    with wave.open(str(tmp_path / "call.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 8000)
    page: Page = person("quality_manager", size)
    page.goto("/collect/conversations/")
    page.locator("tbody th a").first.click()
    page.get_by_text("添加录音").first.click()
    page.locator("input[type=file]").set_input_files(tmp_path / "call.wav")
    page.locator("main details button[type=submit]").click()
    expect(page.locator("audio").first).to_be_visible()
    length = page.evaluate("""async () => { const sound = document.querySelector('audio');
        sound.preload = 'metadata'; sound.load();
        await new Promise((done, fail) => { sound.onloadedmetadata = done; sound.onerror = fail; });
        return sound.duration; }""")
    assert length == pytest.approx(1.0, abs=0.05)
    check_page(page)
