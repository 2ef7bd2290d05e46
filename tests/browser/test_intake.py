"""Programs and other systems send records: the token, the webhook, what became of what they sent."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request

import pytest

from .conftest import DESK, JOURNEYS, visit

pytestmark = JOURNEYS
PAGES = [
    "/collect/intake/", "/collect/intake/hooks/new/", "/account/tokens/", "/account/tokens/new/", "/settings/tokens/",
]
CASE = {"external_id": "B1", "opened": "2024-03-01T09:00:00+08:00", "channel": "phone", "agent": "a1", "topic": "退款"}


def send(url, body, **headers):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@DESK
def test_pages_are_accessible_and_fit(person, check_page, size):
    page = person("administrator", size)
    visit(page, PAGES, check_page)


def test_a_program_pushes_with_a_token_until_it_is_revoked(person, product, check_page):
    page = person("administrator")
    page.goto("/account/")
    page.click("text=我的 API 令牌")
    page.get_by_role("link", name="创建令牌").first.click()
    page.fill("input[name=name]", "工单系统")
    page.check("input[value='push:cases']")
    page.fill("input[name=source]", "desk")
    page.click("form.card button[type=submit]")
    key = page.locator("#key").input_value()
    check_page(page)
    bearer = {"Authorization": f"Bearer {key}"}
    rows = [CASE, {**CASE, "external_id": "B2", "opened": "昨天"}]
    taken = send(f"{product.url}/api/v1/records/cases", json.dumps(rows).encode(), **bearer)
    page.goto("/collect/intake/")
    page.click("text=立即写入")
    deadline = time.monotonic() + 120
    while True:
        request = urllib.request.Request(product.url + taken["url"], headers=bearer)
        with urllib.request.urlopen(request, timeout=60) as answer:
            told = json.load(answer)
        if told["state"] == "stored":
            break
        assert time.monotonic() < deadline, told
        time.sleep(1)
    assert (told["accepted"], told["quarantined"]) == (1, 1)
    page.goto("/collect/intake/")
    page.locator("tbody tr", has_text="工单系统").first.locator("th a").click()
    assert "昨天" in page.content() and "opened" in page.content()
    check_page(page)
    page.goto("/account/tokens/")
    page.get_by_role("button", name="吊销").first.click()
    page.wait_for_selector("text=立即失效")
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(f"{product.url}/api/v1/records/cases", json.dumps(rows).encode(), **bearer)
    assert refused.value.code == 401
    refused.value.close()


@DESK
def test_a_webhook_is_set_up_tried_and_receives(person, product, check_page, size):
    page = person("administrator", size)
    page.goto("/collect/intake/hooks/new/")
    page.fill("input[name=name]", f"呼叫平台 {size['width']}")
    page.check("input[value=bihuan]")
    page.select_option("select[name=reading]", "cases:")
    page.fill("input[name=source]", "hotline")
    page.click("form.card button[type=submit]")
    address, secret = page.locator("#address").input_value(), page.locator("#secret").input_value()
    check_page(page)
    page.get_by_role("link", name="完成").click()
    page.fill("textarea[name=body]", json.dumps(CASE, ensure_ascii=False))
    page.get_by_role("button", name="发送测试").click()
    page.wait_for_selector("text=签名有效")
    assert "hotline:B1" in page.content()
    check_page(page)
    body, now = json.dumps(CASE).encode(), str(int(time.time()))
    sign = hmac.new(secret.encode(), now.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Bihuan-Timestamp": now, "X-Bihuan-Signature": f"sha256={sign}"}
    assert not send(address, body, **headers)["repeated"] and send(address, body, **headers)["repeated"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(address, body + b" ", **headers)
    assert refused.value.code == 401
    refused.value.close()
    page.goto(page.url.split("/test/")[0])
    assert page.locator("tbody tr").count() == 1 and "1 次" in page.locator("dl").inner_text()
    check_page(page)
    page.get_by_role("button", name="暂停").click()
    page.wait_for_selector("text=已暂停")
    assert person("team_leader").goto("/collect/intake/").status == 404
