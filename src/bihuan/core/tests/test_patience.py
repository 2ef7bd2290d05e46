"""A page that waits for long computations says so, looks again, and shows them when they are there."""

import threading

from django.http import HttpResponse
from django.utils import translation

from bihuan.core import patience


def test_a_page_says_that_it_computes_and_shows_the_numbers_when_they_are_there(client, cast, rf, settings):
    settings.BIHUAN_PAGE_PATIENCE_S = 0.02
    go, asked = threading.Event(), []

    def compute():
        asked.append(translation.get_language())
        go.wait(60)
        return len(asked)

    @patience.patient
    def view(request):
        return HttpResponse(f"answer {patience.patiently(lambda: 'key', compute)}")

    def opened():
        request = rf.get("/somewhere/?period=year")
        request.user, request.session, request.htmx = cast.admin, client.session, False
        return view(request)

    first = opened()
    assert first.status_code == 202 and "正在计算这一页的数" in first.content.decode()
    token = first.content.decode().partition("/computing/")[2].partition("/")[0]
    assert client.get(f"/computing/{token}/").status_code == 302, "strangers are told nothing"
    client.force_login(cast.nobody)
    assert "正在计算这一页的数" in client.get(f"/computing/{token}/").content.decode()
    assert opened().status_code == 202, "nobody computes the same beside it"
    go.set()
    settings.BIHUAN_PAGE_PATIENCE_S = 5
    assert opened().content == b"answer 1" and asked == ["zh-hans"]
    assert client.get(f"/computing/{token}/")["HX-Refresh"] == "true"
    assert opened().content == b"answer 2", "an answer that was shown is not kept here"


def test_outside_of_a_page_everybody_waits_and_errors_are_raised_in_front_of_who_asked(rf, settings):
    assert patience.patiently(lambda: 1 / 0, lambda: "at once") == "at once", "no key is asked for"
    settings.BIHUAN_PAGE_PATIENCE_S = 5

    def refused():
        raise LookupError("no")

    caught = []

    @patience.patient
    def view(request):
        try:
            patience.patiently(lambda: "refused", refused)
        except LookupError as error:
            caught.append(error)
        return HttpResponse("said")

    assert view(rf.get("/")).content == b"said" and len(caught) == 1
