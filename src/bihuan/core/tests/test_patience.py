"""A page that waits for long computations says so, looks again, and shows them when they are there."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.http import HttpResponse
from django.utils import timezone, translation

from bihuan.core import pagemarks, patience
from bihuan.engine import stopping


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
    mark = pagemarks._file(token := "0" * 32)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    assert patience.under_way(token) is None, "nobody holds it"
    hold = "import fcntl, sys; held = open(sys.argv[1]); fcntl.flock(held, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold, mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert patience.under_way(token) >= 0
        other.kill()
    assert patience.under_way(token) is None, "who is dead computes nothing"


ADDRESS = "/long/?period=year"


class Worked:
    """A page that works until it is interrupted, as a statement would; ``ended`` says how."""

    def __init__(self):
        self.begun, self.cut, self.let, self.ended = (threading.Event() for _ in range(4))

    def interrupt(self):
        self.cut.set()

    def __call__(self, request):
        with stopping.using(self):
            self.begun.set()
            until(lambda: self.cut.is_set() or self.let.is_set())
        self.ended.set()
        if self.cut.is_set():
            raise InterruptedError("cut")
        return HttpResponse("page")


def test_a_page_is_stopped_by_its_reader_alone_who_comes_back_to_where_they_were(client, cast, opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    ours, theirs = Worked(), Worked()
    answer = opened(patience.patient(ours), ADDRESS, HTTP_REFERER="http://testserver/before/?q=1")
    other = token_of(opened(patience.patient(theirs), ADDRESS, person=cast.leader))
    token, stop = token_of(answer), f"/computing/{token_of(answer)}/stop/"
    assert "停止计算" in answer.content.decode() and 'value="http://testserver/before/?q=1"' in answer.content.decode()
    client.force_login(cast.leader)
    assert client.post(stop).status_code == 404 and not ours.cut.is_set(), "it is for somebody else"
    client.force_login(cast.admin)
    for back, leads in (("http://testserver/before/?q=1", "http://testserver/before/?q=1"), ("//else.example/", "/")):
        assert client.post(stop, {"back": back}).url == leads
    assert ours.ended.wait(60) and ours.cut.is_set() and patience.under_way(token) is None
    told = client.get(f"/computing/{token}/").content.decode()
    assert "已停止" in told and "computing-stop" in told, "another tab is told, loses its button and begins nothing"
    assert patience.under_way(other) is not None and not theirs.cut.is_set(), "another person's page goes on"
    theirs.let.set()
    until(lambda: patience.under_way(other) is None and not patience._leaving)
    settings.BIHUAN_PAGE_PATIENCE_S = 60
    again = Worked()
    again.let.set()
    assert opened(patience.patient(again), ADDRESS).content == b"page", "opened again it is worked out anew"
    assert opened(patience.patient(theirs), ADDRESS, person=cast.leader).content == b"page"


def test_who_opens_a_page_that_is_being_stopped_is_told_so(opened, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    work = Worked()
    token, answers = token_of(opened(patience.patient(work), "/told/")), []
    settings.BIHUAN_PAGE_PATIENCE_S = 60
    second = threading.Thread(target=lambda: answers.append(opened(patience.patient(work), "/told/")))
    held = patience._works[token].page
    second.start()
    until(lambda: held._condition._waiters)
    patience._leave(patience._works[token])
    second.join(60)
    assert answers[0].status_code == 409 and "<h1>计算已停止</h1>" in answers[0].content.decode()


def test_a_page_that_nobody_asks_for_stops_and_one_asked_for_goes_on(client, cast, opened, settings, monkeypatch):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    monkeypatch.setattr(patience, "_watching", threading.Event())   # looked after by hand
    left, watched = Worked(), Worked()
    tokens = [token_of(opened(patience.patient(one), f"/somewhere/?{one is left}")) for one in (left, watched)]
    ago = time.time() - patience.ABANDONED_S - 1
    for token in tokens:
        os.utime(pagemarks._file(token, ".asked"), (ago, ago))
        patience._works[token].asked -= patience.ABANDONED_S + 1
    client.force_login(cast.admin)
    client.get(f"/computing/{tokens[1]}/")
    patience.look_after()
    patience.look_after()
    assert left.ended.wait(60) and left.cut.is_set()
    assert patience.under_way(tokens[1]) is not None and not watched.cut.is_set()
    watched.let.set()
    until(lambda: not patience._leaving and patience.under_way(tokens[1]) is None)


def test_a_page_that_two_processes_work_out_is_stopped_in_both(cast, opened, settings, monkeypatch):
    """Opened twice within its patience; the other process was the first to leave a mark, and is the one told."""
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    monkeypatch.setattr(patience, "_watching", threading.Event())
    work, hold, marks = Worked(), pagemarks.hold, []

    def second(token, person):
        marks.append(hold(token, person))
        return hold(token, person)

    monkeypatch.setattr(pagemarks, "hold", second)
    token = token_of(opened(patience.patient(work), "/twice/"))
    with marks[0] as mark:
        assert pagemarks.person_of(token) == str(cast.admin.pk) and patience._works[token].mark is None
        patience.look_after()
        assert patience.under_way(token) is not None
        pagemarks.stop(token)       # by the other process, which lets go of its own
        pagemarks.let_go(token, mark)
    patience.look_after()
    patience.look_after()
    assert work.ended.wait(60) and work.cut.is_set() and patience.under_way(token) is None
    until(lambda: not patience._leaving)


def test_who_opens_a_page_again_asks_for_it(opened, settings, monkeypatch):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    monkeypatch.setattr(patience, "_watching", threading.Event())
    view = patience.patient(work := Worked())
    token = token_of(opened(view, "/again/"))
    patience._works[token].asked -= patience.ABANDONED_S + 1
    os.utime(pagemarks._file(token, ".asked"), (0, 0))
    settings.BIHUAN_PAGE_PATIENCE_S = 60
    answers = []
    second = threading.Thread(target=lambda: answers.append(opened(view, "/again/")))
    second.start()
    until(lambda: patience._works[token].page._condition._waiters)
    patience.look_after()
    work.let.set()
    second.join(60)
    assert answers[0].content == b"page", "it was not taken from under who waits for it"


def test_another_process_is_told_to_stop(cast):
    hold = ("import fcntl, sys, os; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX)\n"
            "held.write(sys.argv[2]); held.flush(); print(flush=True)\n"
            "while not os.path.exists(sys.argv[1] + '.stop'): pass")
    token = "1" * 32
    pagemarks._file(token).parent.mkdir(parents=True, exist_ok=True)
    mark = pagemarks._file(token)
    with subprocess.Popen([sys.executable, "-c", hold, mark, str(cast.admin.pk)], stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert not patience.stop_page(token, cast.leader.pk)
        assert patience.stop_page(token, cast.admin.pk)
        assert other.wait(60) == 0 and patience.under_way(token) is None
