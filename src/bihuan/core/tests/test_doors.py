"""Every page of the core: open to those who may, unknown to those who may not, closed to strangers."""

import pytest

from bihuan.core.jobs import enqueue
from bihuan.core.urls import urlpatterns

PEOPLE = ("admin",)
CALENDARS = ("admin",)
AUDIT = ("admin", "director")
EVERYBODY = ("admin", "director", "leader", "agent", "outsider", "nobody")

# Page -> who may open it; everybody else of the cast gets 404.
PAGES = {
    "/settings/people/": PEOPLE,
    "/settings/people/new/": PEOPLE,
    "/settings/people/{admin}/": PEOPLE,
    "/settings/roles/": PEOPLE,
    "/settings/roles/new/": PEOPLE,
    "/settings/roles/agent/": PEOPLE,
    "/settings/units/": PEOPLE,
    "/settings/units/new/": PEOPLE,
    "/settings/units/of/n1/": PEOPLE,
    "/settings/members/": PEOPLE,
    "/settings/members/new/": PEOPLE,
    "/settings/members/of/a1/": PEOPLE,
    "/settings/calendars/": CALENDARS,
    "/settings/calendars/new/": CALENDARS,
    "/settings/calendars/holidays/": CALENDARS,
    "/settings/calendars/rules/new/": CALENDARS,
    "/settings/calendars/rules/0/": CALENDARS,
    "/settings/calendars/of/cn_office/": CALENDARS,
    "/settings/calendars/of/cn_office/year/": CALENDARS,
    "/settings/workspace/": CALENDARS,
    "/settings/audit/": AUDIT,
    "/settings/audit/export/": AUDIT,
    "/jobs/": EVERYBODY,
    "/jobs/{job}/": PEOPLE,
    "/account/": EVERYBODY,
    "/": EVERYBODY,
}
# Address that only takes POST -> who may use it.
ACTS = {
    "/settings/people/{admin}/roles/": PEOPLE,
    "/settings/people/{admin}/link/": PEOPLE,
    "/settings/people/{admin}/switch/": PEOPLE,
    "/settings/roles/agent/switch/": PEOPLE,
    "/settings/units/sync/": PEOPLE,
    "/settings/members/end/a1/": PEOPLE,
    "/settings/members/take-back/a1/": PEOPLE,
    "/settings/members/called/a1/": PEOPLE,
    "/settings/members/call-back/a1/": PEOPLE,
    "/settings/calendars/rules/0/move/": CALENDARS,
    "/settings/calendars/of/cn_office/drop/": CALENDARS,
    "/settings/audit/verify/": AUDIT,
    "/jobs/{job}/cancel/": PEOPLE,
    "/jobs/{job}/retry/": PEOPLE,
}
# The log-in page switches languages; the link is its own key; of "computing" see test_patience.py.
OPEN = {"language", "first_password", "computing", "computing_stop"}


@pytest.fixture
def address(cast):
    job = enqueue("core.verify_log", actor=cast.admin)
    return lambda path: path.format(admin=cast.admin.pk, job=job.pk)


@pytest.mark.parametrize("name", EVERYBODY)
def test_pages_open_for_those_who_may(client, cast, address, name):
    client.force_login(getattr(cast, name))
    for path in PAGES:
        status = client.get(address(path), follow=True).status_code
        assert status == (200 if name in PAGES[path] else 404), path


def test_strangers_are_sent_to_the_log_in(client, address):
    for path in (*PAGES, *ACTS):
        answer = client.post(address(path)) if path in ACTS else client.get(address(path))
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/account/login/?next="), path


def test_acts_are_refused_to_the_outsider(client, cast, address):
    client.force_login(cast.outsider)
    for path in ACTS:
        assert client.post(address(path)).status_code == 404, path


def test_the_address_of_an_act_leads_back_to_its_page(client, cast, address):
    client.force_login(cast.admin)
    for path in ACTS:
        answer = client.get(address(path))
        assert answer.status_code == 302 and address(path).startswith(answer["Location"]), path


def test_every_address_stands_in_one_of_the_tables(rf):
    """A new page without a row above would have no test of its door."""
    assert len(urlpatterns) - len(OPEN) == len([path for path in (*PAGES, *ACTS) if path != "/"])


def test_a_fragment_sends_the_whole_page_to_the_log_in(client, address):
    answer = client.get(address("/jobs/{job}/"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/login/")
