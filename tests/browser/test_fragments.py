"""What the server answers late takes nothing away: the product's own scripts on an invented page, with held answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import JOURNEYS, ROOT

pytestmark = JOURNEYS
SITE = "http://late.test"
DIST = ROOT / "src/bihuan/ui/static/ui/dist"
SCRIPTS = {"/app.js": DIST / "app.js", "/upload.js": DIST / "upload.js",
           "/htmx.js": Path(django_htmx.__file__).parent / "static/django_htmx/htmx-4.min.js"}
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>一页</title>
<meta name="htmx-config" content='{"noSwap": [204, 304, "5xx"], "includeIndicatorCSS": false, "history": false}'>
<script src="/app.js" defer></script><script src="/htmx.js" defer></script></head>
<body hx-headers:inherited='{"X-CSRFToken": "old"}'><main>
<div id="request-error" data-login="/login/" hidden><p data-case="lost">没有应答</p>
<p data-case="again" hidden>自动重试</p><p data-case="refused" hidden>没有完成</p>
<p data-case="login" hidden>登录已过期</p><p data-case="part" hidden>没有载入</p></div>
%s</main></body></html>"""
SHEET = """<form id="sheet" method="post" action="/sheet" hx-post="/sheet" hx-trigger="change" hx-target="#sheet"
hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="old"><p id="seen">{seen}</p>
<input type="radio" name="one" value="a"{a}><input type="radio" name="one" value="b"{b}>
<input type="checkbox" name="two"{two}><textarea name="why">{why}</textarea>
<details><summary>更多</summary><p>其他</p></details><button>保存</button></form>"""
NEWS = """<section id="news" hx-get="/news" hx-trigger="every 100ms" hx-swap="outerHTML" data-quiet>
<p id="count">{count}</p>
<details><summary>展开 {count}</summary></details><form method="post" action="/stop">
<input type="checkbox" name="row"><input name="note"><button>停止</button></form></section>"""
LIST = """<div id="list">{said}<form method="post" action="/act" hx-post="/act" hx-target="#list" hx-swap="innerHTML">
<button name="do" value="add">添加</button></form></div>"""

PANEL = '<div id="panel" hx-get="/panel" hx-trigger="load" data-quiet><span class="loading">…</span></div>'
UPLOAD = """<form data-upload data-start="/start" data-part="4" data-failed="中断" data-expired="登录已过期">
<input type="hidden" name="csrfmiddlewaretoken" value="old"><div data-trouble hidden><p data-text></p></div>
<div data-drop><input type="file"></div><div data-progress hidden><p data-line></p><progress></progress>
<button data-cancel>停止</button></div></form><script src="/upload.js"></script>"""


class Server:
    """Answers a page's requests, at once or when told to."""

    def __init__(self, page: Page) -> None:
        self.page, self.answers, self.held, self.asked = page, {}, [], []
        page.route(f"{SITE}/**", self.take)

    def take(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path in SCRIPTS:
            route.fulfill(path=SCRIPTS[path])
            return
        self.asked.append((path, {name: told[-1] for name, told in parse_qs(route.request.post_data or "").items()}))
        answer = self.answers.get(path)
        if answer is None:
            self.held.append(route)
        else:
            answer(route)

    def open(self, body: str) -> None:
        self.answers["/"] = html(PAGE % body)
        self.page.goto(f"{SITE}/")
        self.page.wait_for_function("window.htmx && !document.querySelector('[hx-get]:not([data-htmx-powered])')"
                                    " && !document.querySelector('[hx-post]:not([data-htmx-powered])')")
        self.asked.clear()

    def wait(self, count: int) -> None:
        for _ in range(300):
            if len(self.held) >= count:
                return
            self.page.wait_for_timeout(20)
        pytest.fail(f"{len(self.held)} of {count} requests were sent: {self.asked}")

    def told(self, path: str) -> list[dict[str, str]]:
        return [body for asked, body in self.asked if asked == path]


def html(text: str, status: int = 200, **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=text, content_type="text/html; charset=utf-8", headers={
        "content-type": "text/html; charset=utf-8", **headers})


def sheet(told: dict[str, str], seen: str) -> str:
    one, checked = told.get("one"), " checked"
    return SHEET.format(seen=seen, a=checked * (one == "a"), b=checked * (one == "b"), two=checked * ("two" in told),
                        why=told.get("why", ""))


@pytest.fixture
def server(browser: Browser) -> Iterator[Server]:
    context = browser.new_context()
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Server(page)
    context.close()
    assert not faults


def test_the_last_of_several_choices_is_the_one_that_is_answered(server: Server):
    page = server.page
    server.open(sheet({}, "neu"))
    page.locator("summary").click()
    page.check("[value=a]")
    page.check("[name=two]")
    page.check("[value=b]")
    why = page.locator("textarea")
    why.fill("等了两天")
    why.press("ArrowLeft")
    server.wait(1)
    html(sheet({"one": "a"}, "old"))(server.held[0])
    server.wait(2)
    last = server.told("/sheet")[-1]
    assert (last["one"], "two" in last, len(server.told("/sheet"))) == ("b", True, 2)
    expect(page.locator("#seen")).to_have_text("neu")
    html(sheet(last, "newest"))(server.held[1])
    expect(page.locator("#seen")).to_have_text("newest")
    expect(page.locator("[value=b]")).to_be_checked()
    expect(why).to_have_value("等了两天")
    page.keyboard.type("多")
    expect(why).to_have_value("等了两多天")
    expect(page.locator("details")).to_have_attribute("open", "")


def test_an_answer_waits_while_a_word_is_spelt_or_a_button_is_pressed(server: Server):
    page = server.page
    server.open(sheet({}, "neu"))
    why = page.locator("textarea")
    spelt = (lambda: why.dispatch_event("compositionstart"), lambda: why.dispatch_event("compositionend"))
    pressed = (lambda: (page.locator("button").hover(), page.mouse.down()), page.mouse.up)
    for number, (begin, end) in enumerate((spelt, pressed), 1):
        page.locator("[name=two]").click()
        server.wait(number)
        begin()
        with page.expect_response(f"{SITE}/sheet"):
            html(sheet({}, f"answer {number}"))(server.held[number - 1])
        page.wait_for_timeout(150)
        expect(page.locator("#seen")).to_have_text("neu" if number == 1 else "answer 1")
        if number == 2:     # a press that ends elsewhere sends nothing
            page.mouse.move(0, 0)
        end()
        expect(page.locator("#seen")).to_have_text(f"answer {number}")


def test_news_leave_what_was_opened_ticked_and_typed(server: Server):
    page = server.page
    server.open(NEWS.format(count=0))
    server.wait(1)
    page.wait_for_timeout(350)
    assert len(server.held) == 1, "a poll is asked again before it was answered"
    page.locator("summary").click()
    page.check("[name=row]")
    page.fill("[name=note]", "打了一半")
    page.locator("button").focus()
    html(NEWS.format(count=1))(server.held[0])
    server.wait(2)
    html(NEWS.format(count=2))(server.held[1])
    expect(page.locator("#count")).to_have_text("2")
    expect(page.locator("details")).to_have_attribute("open", "")
    expect(page.locator("[name=row]")).to_be_checked()
    expect(page.locator("[name=note]")).to_have_value("打了一半")
    expect(page.locator("button")).to_be_focused()


def test_a_button_pressed_twice_acts_once_and_what_fails_is_said(server: Server):
    page, notice = server.page, server.page.locator("#request-error")
    server.open(LIST.format(said="neu") + PANEL)
    server.wait(1)
    html("broken", 500)(server.held[0])
    expect(page.locator("#panel")).to_have_text("没有载入")
    page.locator("button").dblclick()
    server.wait(2)
    page.wait_for_timeout(100)
    html(PAGE % "<h1>没有权限</h1>", 403)(server.held[1])
    expect(notice.locator("[data-case=refused]")).to_be_visible()
    expect(page.locator("h1")).to_have_count(0)
    assert server.told("/act") == [{"do": "add"}]
    server.answers["/act"] = lambda route: route.abort()
    page.locator("button").click()
    expect(notice.locator("[data-case=lost]")).to_be_visible()
    server.answers["/act"] = html(LIST.format(said="done"))
    page.locator("button").click()
    expect(page.locator("#list #list")).to_contain_text("done")
    expect(notice).to_be_hidden()


def test_an_ended_session_takes_nothing_typed_away(server: Server):
    page = server.page
    server.open(sheet({}, "neu"))
    server.answers["/sheet"] = html("", 204, **{"HX-Redirect": "/login/"})
    page.fill("textarea", "打了一半")
    page.check("[value=a]")
    expect(page.locator("#request-error [data-case=login]")).to_be_visible()
    assert page.url == f"{SITE}/"
    page.context.add_cookies([{"name": "csrftoken", "value": "new", "url": SITE}])      # logged in in another tab
    server.answers["/sheet"] = html(sheet({"why": "打了一半"}, "asked"))
    page.check("[value=b]")
    expect(page.locator("#seen")).to_have_text("asked")
    server.answers["/sheet"] = html(PAGE % "saved")
    page.locator("button").click()
    expect(page.locator("main")).to_contain_text("saved")
    assert [told["csrfmiddlewaretoken"] for told in server.told("/sheet")[-2:]] == ["new", "new"]
    assert server.told("/sheet")[-1]["why"] == "打了一半"


def test_a_form_whose_sending_was_stopped_can_be_sent_again(server: Server):
    page = server.page
    server.open('<form method="post" action="/save"><input name="text"><button>保存</button></form>')
    page.locator("button").click(no_wait_after=True)
    server.wait(1)
    page.keyboard.press("Enter")        # while it is on its way nothing is sent twice
    page.context.new_cdp_session(page).send("Page.stopLoading")
    page.wait_for_function("!document.querySelector('form').dataset.sent")
    server.answers["/save"] = html(PAGE % "saved")
    page.locator("button").click()
    expect(page.locator("main")).to_contain_text("saved")
    assert len(server.told("/save")) == 2


def test_an_upload_that_is_led_to_the_log_in_says_so(server: Server):
    page = server.page
    server.open(UPLOAD)
    server.answers["/start"] = lambda route: route.fulfill(json={"received": 0, "part": "/part", "finish": "/finish"})
    server.answers["/part?offset=0"] = lambda route: route.fulfill(json={"received": 4})
    server.answers["/part?offset=4"] = html(PAGE % "<h1>登录</h1>")     # where the browser was led to
    page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"12345678"})
    expect(page.locator("[data-text]")).to_have_text("登录已过期")
    assert page.url == f"{SITE}/"
