"""Each page of the loop says which step of the known documents it serves."""

import pytest
from django.urls import get_resolver

from bihuan.config.navigation import GROUPS
from bihuan.config.steps import DOCUMENTS, SERVED, STAGES, STEPS, steps_of
from bihuan.config.tests.test_lists import views
from bihuan.core.tests.cast import build_cast

# Pages of the menu that serve every step alike, or none.
BESIDE_THE_LOOP = {"privacy:export_list"}


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME = home.path
    return build_cast()


def test_every_page_of_the_menu_but_the_settings_serves_a_step():
    *loop, _settings = GROUPS
    without = {item.url for group in loop for item in group.items if not steps_of(item.url)}
    assert without == BESIDE_THE_LOOP


def test_every_line_of_the_list_fits_a_page_and_names_known_steps():
    names = [name for name, _view in views(get_resolver())]
    for begin, steps in SERVED.items():
        assert any(name.startswith(begin) for name in names), begin
        assert set(steps) <= set(STEPS), begin


def test_the_longest_name_decides():
    assert steps_of("realtime:rule_log")[0] == STEPS["delivery"]
    assert steps_of("reports:table_fill")[-1] == STEPS["effect"]
    assert steps_of("reports:report")[-1] == STEPS["quality_check"]
    assert steps_of("conversations:retention") == () == steps_of("core:person_list")


def test_every_step_belongs_to_a_document_and_a_stage():
    assert {step.document for step in STEPS.values()} == set(DOCUMENTS)
    assert [stage for stage in STAGES if not any(step.stage is stage for step in STEPS.values())] == []


def test_a_page_names_its_steps_and_leads_to_all_of_them(client, cast):
    client.force_login(cast.director)
    page = client.get("/plan/scopes/").content.decode()
    assert "服务质量评价六步 › 明确评价目标与范围" in page
    assert 'href="/steps/"' in page
    assert "page-steps" not in client.get("/jobs/").content.decode()


def test_the_overview_lists_only_pages_that_one_may_open(client, cast):
    client.force_login(cast.agent)
    page = client.get("/steps/").content.decode()
    assert "多渠道数据收集" in page and "没有您可以打开的页面" in page
    assert "/collect/sources/" not in page


def test_strangers_are_sent_to_the_log_in(client, db):
    assert client.get("/steps/")["Location"].startswith("/account/login/")
