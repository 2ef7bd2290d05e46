"""A customer answers faster than the server: what comes late takes nothing away."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from .conftest import JOURNEYS, NARROW, ROOT, Product, run

pytestmark = JOURNEYS
# One page whose second question decides whether the third is asked, and two doors to it.
PREPARE = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from bihuan.core.models import User
from bihuan.loop.collect.answering.models import Site
from bihuan.loop.collect.answering.tokens import shared_token
from bihuan.loop.collect.surveys.models import Survey, Version, Wave
RATED = {"type": "rating", "name": "overall", "title": "总体满意吗？", "isRequired": True, "rateMin": 1, "rateMax": 5,
         "metric": "csat", "reasonBelow": 2, "role": "overall"}
SOLVED = {"type": "radiogroup", "name": "solved", "title": "问题解决了吗？", "isRequired": True,
          "choices": [{"value": "yes", "text": "是"}, {"value": "no", "text": "否"}]}
LEFT = {"type": "comment", "name": "left", "title": "还差什么？", "visibleIf": "{solved} = 'no'"}
who, now = User.objects.get(username="survey_officer"), timezone.now()
survey = Survey.objects.create(code="hasty", kind="wave", title="快手调查", unit_code="company", mode="confidential",
                               responsible=who, made_by=who)
version = Version.objects.create(survey=survey, number=1, state="published", document={
    "title": "快手调查", "pages": [{"name": "all", "elements": [RATED, SOLVED, LEFT]}]})
wave = Wave.objects.create(survey=survey, version=version, number=1, code="hasty.1", name="第 1 期", state="open",
                           opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30))
site = Site.objects.create(wave=wave, kind="open", name="门", token=shared_token(), made_by=who)
print(f"/a/{site.token}/")
"""


@pytest.fixture(scope="module")
def link(product: Product) -> str:
    return run(ROOT, ["-c", PREPARE], BIHUAN_HOME=str(product.home),
               DJANGO_SETTINGS_MODULE="bihuan.config.settings").strip()


@pytest.fixture
def page(person, link: str) -> Page:
    opened = person(None, NARROW)
    opened.goto(link)
    return opened


@contextmanager
def looks_held(page: Page, link: str):
    """Answers to "what else is asked" wait until the caller takes them off the list and lets them go on."""
    held: list = []

    def handle(route):
        if "_go=look" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route(f"**{link}", handle)
    yield held
    page.unroute(f"**{link}")


def waits(page: Page, held: list, count: int) -> None:
    for _ in range(300):
        if len(held) >= count:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{len(held)} of {count} questions were asked")


def test_a_late_page_keeps_what_was_typed_since(page: Page, link: str):
    reason = page.locator("#r-overall")
    with looks_held(page, link) as held:
        page.locator("#i-solved-2").check()
        waits(page, held, 1)
        page.locator("#i-overall-2").check()
        waits(page, held, 2)
        reason.fill("等了两天")
        reason.press("ArrowLeft")
        with page.expect_response(f"**{link}"):
            held[1].continue_()
        expect(page.locator("#i-left")).to_be_visible()
        expect(page.locator("#i-overall-2")).to_be_checked()
        expect(reason).to_have_value("等了两天")
        expect(reason).to_be_focused()
        page.keyboard.type("多")
        expect(reason).to_have_value("等了两多天")
        page.locator("#i-left").fill("退款")
        with page.expect_response(f"**{link}"):     # the first one, of before the rating, comes last
            held[0].continue_()
        page.wait_for_timeout(200)
        expect(page.locator("#i-overall-2")).to_be_checked()
        expect(page.locator("#i-left")).to_have_value("退款")
        page.locator("button.go").click()
        expect(page.locator("h1")).to_have_text("谢谢您的回答")


def test_a_late_page_does_not_come_back_after_the_thanks(page: Page, link: str):
    with looks_held(page, link) as held:
        page.locator("#i-overall-5").check()
        page.locator("#i-solved-1").check()
        waits(page, held, 1)
        page.locator("button.go").click()
        expect(page.locator("h1")).to_have_text("谢谢您的回答")
        for route in held:
            with page.expect_response(f"**{link}"):
                route.continue_()
        page.wait_for_timeout(200)
        expect(page.locator("h1")).to_have_text("谢谢您的回答")


def test_a_word_that_is_being_spelt_is_not_broken_off(page: Page, link: str):
    page.locator("#i-overall-1").check()
    with looks_held(page, link) as held:
        page.locator("#i-solved-2").check()
        waits(page, held, 1)
        reason = page.locator("#r-overall")
        reason.fill("deng")
        reason.dispatch_event("compositionstart")
        with page.expect_response(f"**{link}"):
            held[0].continue_()
        page.wait_for_timeout(300)
        expect(page.locator("#i-left")).to_have_count(0)
        reason.dispatch_event("compositionend")
        expect(page.locator("#i-left")).to_be_visible()
        expect(reason).to_have_value("deng")
