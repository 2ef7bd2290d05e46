"""Pages around the rooms: log-in, errors, the frame; and what the content policy forbids is in no template."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from bihuan.core.tests.cast import build_cast

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = [path for path in PACKAGE.rglob("templates/**/*.html") if path.is_file()]


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME = home.path
    return build_cast()


def text(response):
    return response.content.decode()


def test_login_page_asks_for_name_and_password(client, db):
    page = text(client.get("/account/login/"))
    assert "用户名或电子邮箱" in page
    assert 'name="password"' in page
    assert 'lang="zh-hans"' in page


def test_refused_login_keeps_the_name_and_says_why(client, cast):
    response = client.post("/account/login/", {"login": "manager", "password": "wrong"})
    page = text(response)
    assert 'value="manager"' in page
    assert 'role="alert"' in page


def test_forgotten_password_is_the_administrators_matter(client, db):
    assert "系统管理员" in text(client.get("/account/password/reset/"))


def test_missing_page_says_what_to_do(client, db):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "找不到这个页面" in text(response)
    assert 'href="/"' in text(response)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "500.html"])
def test_error_pages_need_nothing_around_them(name):
    assert "<h1" in render_to_string(name)


def test_frame_marks_where_one_is_and_offers_language_theme_and_logout(client, cast):
    client.force_login(cast.admin)
    page = text(client.get("/settings/people/"))
    assert re.search(r'href="/settings/people/" aria-current="page"', page)
    assert 'href="#content"' in page and 'id="content"' in page
    assert 'value="en"' in page and 'data-theme-set="dark"' in page
    assert 'action="/account/logout/"' in page


def test_two_step_page_wears_the_products_frame(client, cast):
    client.force_login(cast.admin)
    assert 'class="side ' in text(client.get("/account/2fa/"))


def test_menu_shows_only_what_one_may_use(client, cast):
    client.force_login(cast.agent)
    assert "/settings/people/" not in text(client.get("/account/password/change/"))


def test_no_inline_style_or_script():
    wrong = []
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        wrong += [(path, found) for found in re.findall(r"\sstyle=|\son[a-z]+=|<style\b", source)]
        wrong += [(path, script) for script in re.findall(r"<script\b[^>]*>", source)
                  if "src=" not in script and "application/json" not in script]
    assert TEMPLATES and wrong == []


def test_lock_file_names_no_registry():
    lock = (PACKAGE.parents[1] / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock


def test_what_is_said_of_a_number_has_its_translation():
    """Django looks texts of a number up apart from the others: the catalogue has them as such."""
    for language, told in (("en", "3 periods"), ("zh-hant", "3 期")):
        with translation.override(language):
            assert ngettext("%(count)s 期", "%(count)s 期", 3) % {"count": 3} == told
    with translation.override("zh-hant"):
        assert ngettext("%(n)s 位客户", "%(n)s 位客户", 2) % {"n": 2} == "2 位客戶"
