"""The hand-written lists agree with what is there."""

import re
from datetime import UTC, datetime
from pathlib import Path

from cronsim import CronSim
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver, reverse
from django.utils.module_loading import import_string

from bihuan.config.jobs import KINDS
from bihuan.config.navigation import GROUPS
from bihuan.config.schedule import QUICK, SCHEDULE
from bihuan.core.jobs.words import JOBS
from bihuan.core.rights import PERMISSIONS
from bihuan.ui.icons import icon

INTERNAL = {"BIHUAN_TEST_HOME"}  # between a test and the processes it starts
PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parents[1]
# Pages that everybody may open, by name: the log-in and what stands before it.
# Of intake, and of reports from gateways, a signature opens; of questionnaires the link itself.
OPEN = {"core:language", "core:first_password", "privacy:stop", "intake:receive",
        "answering:report", "answering:answer", "answering:withdraw", "answering:leave",
        "opinions:shared", "voices:give", "voices:follow"}


def test_every_entry_of_the_menu_leads_somewhere():
    for group in GROUPS:
        for item in group.items:
            assert reverse(item.url)
            rights = (item.permission,) if isinstance(item.permission, str) else item.permission or ()
            assert set(rights) <= PERMISSIONS.keys(), item.url
            assert icon(item.icon)


def test_every_template_can_be_read():
    """A tag that is gone shows only where its page is opened with data."""
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        get_template(path.as_posix().rpartition("/templates/")[2])


def test_every_job_has_its_function_and_its_words():
    for dotted in KINDS.values():
        assert callable(import_string(dotted))
    assert set(KINDS) == set(JOBS)


def test_every_scheduled_kind_is_a_job_with_a_line_that_can_be_read():
    for kind, turn in SCHEDULE.items():
        assert kind in KINDS and turn.title
        assert next(CronSim(turn.cron, datetime(2026, 3, 2, tzinfo=UTC)))
    assert set(KINDS) >= QUICK


def test_every_audited_state_has_its_function():
    for dotted in settings.BIHUAN_AUDITED_STATES.values():
        assert callable(import_string(dotted))


def test_every_view_of_the_rooms_has_a_door():
    """A view without ``needs`` would be open to everybody who knows its address."""
    for name, view in views(get_resolver()):
        if view.__module__.startswith("bihuan.") and ".views" in view.__module__ and name not in OPEN:
            assert hasattr(view, "needs") or view.__name__ in ("signup_closed", "password_help"), name


def views(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from views(pattern, prefix + space)
        else:
            yield f"{prefix}{pattern.name}", pattern.callback


def test_every_variable_of_the_environment_is_documented():
    documented = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    read = set()
    for path in PACKAGE.rglob("*.py"):
        if "tests" not in path.parts:
            read |= set(re.findall(r"""["'](BIHUAN_[A-Z_]+)["']""", path.read_text(encoding="utf-8")))
    undocumented = {name for name in read if f"`{name}`" not in documented}
    assert undocumented <= INTERNAL


def test_the_error_pages_are_there():
    for name in ("400.html", "403.html", "404.html", "500.html"):
        assert get_template(name)
