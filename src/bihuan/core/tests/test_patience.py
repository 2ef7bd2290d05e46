"""A page that waits for long computations says so, looks again, and shows them when they are there."""

import subprocess
import sys
import threading
import time

import pytest
from django.http import HttpResponse
from django.utils import timezone, translation

from bihuan.core import patience


@pytest.fixture
def opened(client, cast, rf):
    def get(view, path="/somewhere/?period=year", person=None, **headers):
        request = rf.get(path, **headers)
        request.user, request.session, request.htmx = person or cast.admin, client.session, False
        return view(request)

    return get


def token_of(answer):
    assert answer.status_code == 202 and "正在计算这一页的数" in answer.content.decode()
    return answer.content.decode().partition("/computing/")[2].partition("/")[0]


def until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")


def test_a_page_says_that_it_computes_and_shows_the_numbers_when_they_are_there(client, cast, opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    go, asked = threading.Event(), []

    @patience.patient
    def view(request):
        asked.append(translation.get_language())
        number = len(asked)
        go.wait(60)
        return HttpResponse(f"page {number}")

    token = token_of(opened(view))
    assert client.get(f"/computing/{token}/").status_code == 302, "strangers are told nothing"
    client.force_login(cast.nobody)
    assert "正在计算这一页的数" in client.get(f"/computing/{token}/").content.decode()
    assert token_of(opened(view)) == token and asked == ["zh-hans"], "nobody computes the same beside it"
    assert token_of(opened(view, person=cast.leader)) != token, "another person sees their own page"
    go.set()
    until(lambda: patience.under_way(token) is None)
    assert client.get(f"/computing/{token}/")["HX-Refresh"] == "true"
    assert opened(view).content == b"page 1", "it was true when it was asked for"
    settings.BIHUAN_PAGE_PATIENCE_S = 5
    assert opened(view).content == b"page 3", "and is shown once"


def test_a_page_is_worked_out_in_the_language_and_the_zone_of_who_opens_it(opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 60
    view = patience.patient(lambda request: HttpResponse(
        f"{translation.get_language()} {timezone.get_current_timezone_name()}"))
    with translation.override("en"), timezone.override("America/Bogota"):
        assert opened(view).content == b"en America/Bogota"
    with translation.override("zh-hant"), timezone.override("Asia/Tokyo"):
        assert opened(view).content == b"zh-hant Asia/Tokyo"


def test_few_pages_go_on_and_the_next_reader_waits(opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    go = threading.Event()

    @patience.patient
    def view(request):
        if not request.GET.get("quick"):
            go.wait(60)
        return HttpResponse("page")

    tokens = [token_of(opened(view, f"/somewhere/?{number}")) for number in range(patience.MOST)]
    assert opened(view, "/somewhere/?quick=1").content == b"page"
    assert opened(view, "/somewhere/?quick=1", HTTP_HX_REQUEST="true").content == b"page"
    go.set()
    until(lambda: all(patience.under_way(token) is None for token in tokens))


def test_errors_are_raised_in_front_of_who_asked_and_other_processes_are_asked(opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 5

    @patience.patient
    def view(request):
        raise LookupError("no")

    with pytest.raises(LookupError):
        opened(view)
    mark = patience._mark(token := "0" * 32)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    assert patience.under_way(token) is None, "nobody holds it"
    hold = "import fcntl, sys; held = open(sys.argv[1]); fcntl.flock(held, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold, mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert patience.under_way(token) >= 0
        other.kill()
    assert patience.under_way(token) is None, "who is dead computes nothing"
