"""Asking a server: patient with passing troubles, clear about the others, and never led astray."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.notifications.tests.servers import running
from bihuan.loop.collect.sources.errors import Trouble
from bihuan.loop.collect.sources.web import addresses
from bihuan.loop.collect.sources.web import client as web

from .servers import System


@pytest.fixture
def system(settings):
    settings.BIHUAN_SOURCES_PRIVATE = ["127.0.0.1"]
    with running(System(lambda path, query, headers: (200, {"path": path, "query": query}, {}))) as found:
        yield found


@pytest.fixture
def ask(system):
    paused = []
    client = web.Client(addresses.parse(system.url + "/base"), {"Authorization": "Bearer s3cret"}, per_minute=10**9,
                        pause=paused.append)
    client.paused = paused
    yield client
    client.close()


def refused(ask, path="x"):
    with pytest.raises(Trouble) as caught:
        ask(path)
    return caught.value


def test_what_is_asked_lies_below_the_address(ask, system):
    answer = ask("api/things", {"page": 2, "q": "a b"})
    assert answer.document == {"path": "/base/api/things", "query": {"page": "2", "q": "a b"}}
    ask("again")
    assert (len(system.asked), ask.paused) == (2, []), "the connection is used again"
    assert abs(answer.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_blanks_and_other_scripts_are_written_for_the_wire(ask, system):
    ask("工单 列表?状态=开&x=%20")
    assert system.asked == [("/base/%E5%B7%A5%E5%8D%95%20%E5%88%97%E8%A1%A8", {"状态": "开", "x": " "})]


@pytest.mark.parametrize("fault", [
    (500, {}, {}), (502, b"<html>", {}), (200, b'{"torn": [1, 2', {}), (503, {}, {})])
def test_a_passing_trouble_is_tried_again_after_growing_pauses(ask, system, fault):
    system.faults = [fault] * 3
    assert ask("x").document["path"] == "/base/x"
    assert len(system.asked) == 4
    first, second, third = ask.paused
    assert 0.7 < first < 1.3 and 2.2 < second < 3.8 and 6.7 < third < 11.3


def test_a_trouble_that_does_not_pass_is_told_with_its_tries(ask, system):
    system.faults = [(500, {}, {})] * 4
    trouble = refused(ask)
    assert (trouble.code, trouble.passing) == ("server_error", True)
    assert "127.0.0.1" in str(trouble) and "HTTP 500" in str(trouble) and "4 次" in str(trouble)


@pytest.mark.parametrize("status,code", [(401, "unauthorised"), (403, "unauthorised"), (404, "not_found"),
                                         (422, "refused_request")])
def test_a_refusal_is_not_tried_again(ask, system, status, code):
    system.faults = [(status, {"error": "no"}, {})]
    assert refused(ask).code == code and len(system.asked) == 1


def test_a_short_wait_is_waited_out(ask, system):
    system.faults = [(429, {}, {"Retry-After": "3"})]
    assert ask("x").document
    assert 2 < ask.paused[0] <= 3


def test_a_long_wait_names_the_moment(ask, system):
    """RFC 9110, 10.2.3: Retry-After is a number of seconds or a date."""
    for told in ("120", (datetime.now(UTC) + timedelta(seconds=121)).strftime("%a, %d %b %Y %H:%M:%S GMT")):
        system.faults = [(429, {}, {"Retry-After": told})]
        trouble = refused(ask)
        assert timedelta(seconds=115) < trouble.until - datetime.now(UTC) < timedelta(seconds=125)
    assert ask.paused == []


def test_a_wait_without_a_moment_is_a_minute(ask, system):
    system.faults = [(429, {}, {})]
    assert refused(ask).until > datetime.now(UTC) + timedelta(seconds=50)


def test_a_redirect_stays_within_the_host(ask, system):
    system.faults = [(302, {}, {"Location": "/elsewhere?x=1"})]
    assert ask("x").document == {"path": "/elsewhere", "query": {"x": "1"}}
    for target in ("https://evil.example/steal", "//evil.example/steal", "http://127.0.0.1:1/"):
        system.faults = [(307, {}, {"Location": target})]
        assert refused(ask).code == "redirected"
    system.faults = [(302, {}, {"Location": "/again"})] * 9
    assert refused(ask).code == "redirected"


def test_the_next_link_may_not_leave_the_host(ask, system):
    assert refused(ask, "https://evil.example/page/2").code == "redirected"
    system.faults = [(200, [], {"Link": f'<{system.url}/p?page=2>; rel="next", <x>; rel="last"'})]
    link = ask("x").next_link
    assert ask(link).document == {"path": "/p", "query": {"page": "2"}}


def test_an_answer_without_end_is_not_read(ask, system, monkeypatch):
    monkeypatch.setattr(web, "MOST_BYTES", 1000)
    system.faults = [(200, b"[" + b" " * 2000 + b"]", {})]
    assert refused(ask).code == "too_big"
    system.faults = [(200, b"[" + b" " * 200_000 + b"]", {"Content-Encoding": "gzip"})]
    assert refused(ask).code == "too_big"


def test_packed_answers_are_unpacked(ask, system):
    system.faults = [(200, {"a": 1}, {"Content-Encoding": "gzip"})]
    assert ask("x").document == {"a": 1}


def test_a_silent_server_is_a_timeout(system, settings):
    import threading

    system.hold = threading.Event()
    client = web.Client(addresses.parse(system.url), {}, tries=1, seconds=1)
    try:
        assert refused(client).code == "timeout"
    finally:
        system.hold.set()


def test_nobody_there_is_unreachable(settings):
    settings.BIHUAN_SOURCES_PRIVATE = ["127.0.0.1"]
    trouble = refused(web.Client(addresses.parse("http://127.0.0.1:1"), {}, tries=1))
    assert trouble.code == "unreachable" and trouble.passing


class TestAddresses:
    @pytest.mark.parametrize("url", [
        "ftp://a.example", "https://", "https://user:pw@a.example", "https://a.example/?x=1", "https://a.example/#x",
        "a.example", "https://a example", "https://a.example\\@evil.example", "https://a.example:99999", "file:///etc"])
    def test_odd_addresses_are_none(self, url):
        with pytest.raises(Trouble, match="https://域名"):
            addresses.parse(url)

    @pytest.mark.parametrize("host", [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]", "[fd00::1]", "2130706433", "0x7f000001", "localhost"])
    def test_the_own_network_is_refused_however_it_is_written(self, host, settings):
        settings.BIHUAN_SOURCES_PRIVATE = []
        with pytest.raises(Trouble) as caught:
            addresses.machines(addresses.parse(f"https://{host}"))
        assert caught.value.code == "address_private"

    def test_a_name_that_leads_inside_is_refused(self, settings, monkeypatch):
        """One public and one private machine: which of them is asked would be chance."""
        settings.BIHUAN_SOURCES_PRIVATE = []
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **more: [
            (2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.5", 443))])
        with pytest.raises(Trouble) as caught:
            addresses.machines(addresses.parse("https://trap.example"))
        assert caught.value.code == "address_private"

    def test_what_the_installation_names_may_be_asked(self, settings, monkeypatch):
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **more: [(2, 1, 6, "", ("10.0.0.5", 80))])
        for named in (["Zammad.Intern"], ["10.0.0.0/24"], ["10.0.0.5"]):
            settings.BIHUAN_SOURCES_PRIVATE = named
            assert addresses.machines(addresses.parse("http://zammad.intern")) == ["10.0.0.5"]

    def test_the_public_is_asked_over_tls_alone(self, settings, monkeypatch):
        settings.BIHUAN_SOURCES_PRIVATE = []
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **m: [(2, 1, 6, "", ("93.184.216.34", 80))])
        assert addresses.machines(addresses.parse("https://a.example")) == ["93.184.216.34"]
        with pytest.raises(Trouble) as caught:
            addresses.machines(addresses.parse("http://a.example"))
        assert caught.value.code == "address_plain"
