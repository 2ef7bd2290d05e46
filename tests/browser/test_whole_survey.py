"""A whole survey, from the first word to the report: written, checked, drawn from the demonstration's customers, sent
by mail, answered by forty of them on telephones, closed, analysed, reported.

Customers are acted: the first few in a browser on a screen of 390 px, with and without JavaScript, one of them without
a network, one at a kiosk, one by the address of a QR code; the others by plain requests to the same server.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import JOURNEYS, NARROW, ROOT, Product, surroundings
from .mailbox import Mailbox, mailbox

pytestmark = [*JOURNEYS, pytest.mark.long]
CUSTOMERS, PATIENCE_S = 40, 600
PREPARE = """
import django, sys
django.setup()
from dataclasses import replace
from datetime import time
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.sealing import seal
from bihuan.core.privacy.services.preferences import preferences, save_preferences
from bihuan.core.rights import SystemActor
save_preferences(chosen=replace(preferences(), contact_from=time(0, 0), contact_until=time(23, 59)),
                 actor=SystemActor("test"))
Channel.objects.create(kind="mail", name="测试邮箱", sealed=seal({
    "host": "127.0.0.1", "port": int(sys.argv[1]), "sender": "ask@example.com", "security": ""}))
"""


def score_of(place: int) -> int:
    """What the customer says to the overall question: 1 to 5, most are content."""
    return (5, 4, 4, 3, 5, 2, 4, 1)[place % 8]


def test_a_survey_from_the_first_word_to_the_report(person, check_page, product: Product, browser: Browser):
    with mailbox() as letters:
        prepare(product, letters)
        page: Page = person("survey_officer")
        survey = written(page, check_page)
        wave = planned(page, survey)
        drawn(page, wave)
        kiosk, qr = doors(page, wave, check_page)
        links = sent(page, wave, letters)
        answered(browser, links[:CUSTOMERS - 2], kiosk, qr, check_page)
        closed(page, wave)
        page.wait_for_timeout(3000)     # an answer page knows its wave as it was at most two seconds ago
        with pytest.raises(urllib.error.HTTPError, match="410"):     # whoever comes after the end is told so
            urllib.request.urlopen(links[CUSTOMERS - 2], timeout=60)
        code = analysed(page, wave, check_page)
        reported(page, code, check_page)


def prepare(product: Product, letters: Mailbox) -> None:
    """A mail server, and hours of contact that do not depend on when the test runs."""
    subprocess.run([sys.executable, "-c", PREPARE, str(letters.port)], check=True, cwd=ROOT, env=surroundings(
        BIHUAN_HOME=str(product.home), DJANGO_SETTINGS_MODULE="bihuan.config.settings"))


def saved(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state("networkidle")


def written(page: Page, check_page) -> str:
    """Write the questionnaire, take what the linter offers, publish; returns the survey's address."""
    page.goto("/collect/surveys/new/")
    page.fill("input[name=title]", "服务后全程调查")
    page.fill("textarea[name=purpose]", "测量2026年第三季度售后客户的总体满意度")
    page.select_option("select[name=mode]", "confidential")
    page.select_option("select[name=begin]", "contact")
    saved(page, "保存")
    survey = page.url.split("/v/")[0].rstrip("/") + "/"
    expect(page.locator("main")).not_to_contain_text("调查目的还不够具体")
    page.get_by_role("button", name="编辑问卷").click()
    page.wait_for_url(re.compile("/v/1/"))
    page.get_by_role("link", name="编辑 solved").click()
    page.fill("textarea[name=edit-title]", "您是否认为我们的服务很好？")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#line-solved .hit").first).to_contain_text("诱导式提问")
    check_page(page)
    page.get_by_role("link", name="编辑 solved").click()
    page.fill("textarea[name=edit-title]", "您的问题是否已经解决？")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#line-solved .hit")).to_have_count(0)
    page.get_by_role("button", name="发布").click()
    expect(page.locator("main")).to_contain_text("已发布 v1")
    return survey


def planned(page: Page, survey: str) -> str:
    """Plan a wave and open it; returns its number."""
    page.goto(f"{survey}waves/new/")
    saved(page, "保存")
    saved(page, "现在开放")
    expect(page.locator("main")).to_contain_text("进行中")
    return re.search(r"/waves/(\d+)/", page.url)[1]     # type: ignore[index]


def drawn(page: Page, wave: str) -> None:
    """Draw 300 customers of September by region."""
    page.goto(f"/collect/samples/waves/{wave}/frame/")
    page.fill("input[name=start]", "2026-09-01")
    saved(page, "建立抽样框")
    page.check("input[name=by][value=region]")
    page.fill("input[name=total]", "300")
    page.locator("input[name=total]").press("Tab")
    expect(page.locator("#allocation")).to_contain_text("华东")
    saved(page, "抽取样本")


def doors(page: Page, wave: str, check_page) -> tuple[str, str]:
    """Add a kiosk and a QR code of a counter; returns their addresses."""
    found = []
    for kind, name, pin in (("kiosk", "大厅终端", "2468"), ("counter", "三号柜台", "")):
        page.goto(f"/collect/answering/{wave}/links/")
        page.select_option("select[name=kind]", kind)
        page.fill("input[name=name]", name)
        page.fill("input[name=pin]", pin)
        saved(page, "添加")
        row = page.locator("tbody tr", has_text=name)
        found.append(row.locator("td[data-label=链接] a").first.get_attribute("href") or "")
        code = page.request.get(row.get_by_role("link", name="SVG", exact=True).get_attribute("href") or "")
        assert code.ok and code.text().lstrip().startswith(("<?xml", "<svg")), code.status
    check_page(page)
    return found[0], found[1]


def sent(page: Page, wave: str, letters: Mailbox) -> list[str]:
    """Send to the sample by mail and wait for the letters; returns the links in them."""
    page.goto(f"/collect/answering/{wave}/dispatch/")
    page.select_option("select[name=channel]", "email")
    page.select_option("select[name=way]", label="测试邮箱")
    saved(page, "保存")
    page.goto(f"/collect/answering/{wave}/send/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^发送邀请给")).click()
    until = time.monotonic() + PATIENCE_S
    while len(letters.letters) < CUSTOMERS and time.monotonic() < until:
        page.wait_for_timeout(1000)
    links = [re.search(r"http://\S+?/a/p[\w-]+/", text)[0] for _address, text in letters.letters]  # type: ignore[index]
    assert len(set(links)) == len(links) >= CUSTOMERS
    return links


def answered(browser: Browser, links: list[str], kiosk: str, qr: str, check_page) -> None:
    for place, link in enumerate(links):
        if place < 5:
            in_a_browser(browser, link, score_of(place), check_page, scripts=place < 3, offline=place == 2)
        else:
            by_requests(link, score_of(place))
    for place, link in enumerate((kiosk, qr), len(links)):
        in_a_browser(browser, link, score_of(place), check_page, kiosk=link == kiosk)


def in_a_browser(browser: Browser, link: str, score: int, check_page, *, scripts: bool = True, offline: bool = False,
                 kiosk: bool = False) -> None:
    """Answer on a telephone; ``offline``: the network is gone when the button is pressed."""
    context = browser.new_context(viewport=NARROW, locale="zh-CN", java_script_enabled=scripts)
    page = context.new_page()
    page.goto(link)
    if scripts:
        check_page(page)
    page.locator(f"#i-csat-{score}").check()
    for name in ("ces", "solved"):
        page.locator(f"#q-{name} input[type=radio]").first.check()
    if score <= 2:
        page.locator("textarea[name=csat-Comment]").fill("等了两天才有人回电")
    context.set_offline(offline)
    page.locator("button.go").click()
    if offline:
        expect(page.locator("#said")).to_contain_text("网络不通")
        context.set_offline(False)
    expect(page.locator("h1")).to_have_text("谢谢您的回答", timeout=60_000)
    if kiosk:
        expect(page.get_by_role("link", name="下一位")).to_be_visible()
        page.goto(f"{link}leave/")
        page.fill("#pin", "2468")
        page.locator("button.go").click()
        expect(page.locator("h1")).to_have_text("已退出作答")
    context.close()


class Fields(HTMLParser):
    """The fields of a page: hidden ones with their values, and the choices of each radio group."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}

    def handle_starttag(self, tag, attrs) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden":
            self.hidden[told["name"]] = told.get("value") or ""
        if tag == "input" and told.get("type") == "radio":
            self.choices.setdefault(told["name"], []).append(told["value"])


def by_requests(link: str, score: int) -> None:
    """Answer page by page with nothing but HTTP."""
    shown = urllib.request.urlopen(link, timeout=60).read().decode()
    for _ in range(6):
        if "谢谢您的回答" in shown:
            return
        fields = Fields()
        fields.feed(shown)
        typed = {name: values[0] for name, values in fields.choices.items()}
        typed |= {name: str(score) for name in fields.choices if name == "csat"}
        typed |= {"csat-Comment": "等了两天才有人回电"} if score <= 2 else {}
        body = urllib.parse.urlencode({**fields.hidden, **typed, "_go": "next"}).encode()
        shown = urllib.request.urlopen(link, data=body, timeout=60).read().decode()
    pytest.fail(f"no thanks after six pages: {shown[:2000]}")


def closed(page: Page, wave: str) -> None:
    page.goto(f"/collect/surveys/waves/{wave}/")
    page.get_by_role("button", name="提前截止").click()
    saved(page, "截止")
    expect(page.locator("main")).to_contain_text("已截止")


def analysed(page: Page, wave: str, check_page) -> str:
    """Wait until every answer is in the records; the numbers are those of what was answered. Returns the code."""
    code = page.locator(".subheading").inner_text().split(" · ")[0].strip()
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        answer = page.goto(f"/evaluate/surveys/of/{code}/")
        if answer is not None and answer.status == 200 and f"{CUSTOMERS} 份答卷" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(3000)
    scores = [score_of(place) for place in range(CUSTOMERS)]
    expect(page.locator(".subheading")).to_contain_text(f"{CUSTOMERS} 份答卷，{CUSTOMERS} 份有效")
    shown = [text.strip() for text in page.locator(".stat-value").all_inner_texts()]
    assert f"{sum(scores) / len(scores):.2f}".rstrip("0").rstrip(".") in shown, shown
    assert f"{100 * sum(score >= 4 for score in scores) / len(scores):.1f}%" in shown, shown
    check_page(page)
    return code


def reported(page: Page, code: str, check_page) -> None:
    page.goto(f"/evaluate/surveys/of/{code}/report/")
    check_page(page)
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        file = page.request.get(f"/evaluate/surveys/of/{code}/report/{form}/")
        assert file.ok and file.body().startswith(begins), (form, file.status)
