"""How long the product's pages take on the bench's workspace: the real server, one person asking page after page."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.running import Failed

PAGES = {
    "the board": "/evaluate/board/",
    "an indicator": "/evaluate/indicators/fcr/",
    "the rows of an indicator": "/evaluate/indicators/fcr/rows/",
    "the list of indicators": "/evaluate/indicators/",
    "the list of imports": "/collect/imports/",
    "the list of customers": "/serve/customers/",
    "the list of conversations": "/collect/conversations/",
}
REQUESTS, PATIENCE_S, STARTING_S, STOP_S, LOOK_S = 20, 600, 120, 60, 2
COMPUTING = 202     # a page that says it computes
NAME, WORD = "bench", "a-long-word-for-the-bench-1"
PERSON = f"""
import django
django.setup()
from bihuan.core.models import Role, RoleAssignment, User
user = User.objects.create_user(username="{NAME}", password="{WORD}", must_change_password=False)
for role in Role.objects.filter(scope="all"):
    RoleAssignment.objects.create(user=user, role=role, unit_code="")
"""


@dataclass
class Told:
    """Seconds in which 95 of 100 requests are answered, of the very first one, and until that said it computes (0: never)."""

    slow: float
    first: float
    said: float


def measure(home: Path) -> dict[str, Told]:
    """{page: what its requests took}."""
    (home / "product.sqlite3").unlink(missing_ok=True)
    environment = {**os.environ, "BIHUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"}
    environment.pop("BIHUAN_DATABASE_URL", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "bihuan", "up", "--home", str(home), "--port", str(port)],
                              env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        opened = _open(f"http://127.0.0.1:{port}", server)
        subprocess.run([sys.executable, "-c", PERSON], env=environment, check=True)
        _log_in(opened, f"http://127.0.0.1:{port}")
        return {page: _slow(opened, f"http://127.0.0.1:{port}{path}") for page, path in PAGES.items()}
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:   # in the middle of a long question
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _open(url: str, server: subprocess.Popen[bytes]) -> urllib.request.OpenerDirector:
    """A client with cookies, once the server answers."""
    opened = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    for _ in range(STARTING_S * 5):
        try:
            opened.open(f"{url}/account/login/", timeout=5).close()
            return opened
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if server.poll() is not None:
                raise Failed("the product did not start; its message stands above") from None
            time.sleep(0.2)
    raise Failed("the product did not answer")


def _log_in(opened: urllib.request.OpenerDirector, url: str) -> None:
    page = opened.open(f"{url}/account/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "login": NAME, "password": WORD}).encode()
    answer = opened.open(urllib.request.Request(f"{url}/account/login/", form, {"Referer": f"{url}/account/login/"}))
    if "/login/" in answer.geturl():
        raise Failed("logging in did not work")


def _slow(opened: urllib.request.OpenerDirector, url: str) -> Told:
    """The second-slowest of REQUESTS answers, so that 95 of 100 are not slower, and the first of all."""
    first, said = _wait(opened, url)
    taken = [_wait(opened, url)[0] for _ in range(REQUESTS + 1)]  # the first one warms the other worker
    return Told(sorted(taken[1:])[-2], first, said)


def _wait(opened: urllib.request.OpenerDirector, url: str) -> tuple[float, float]:
    """Seconds until a page shows its numbers, and until it said that it computes them (0: it did not have to)."""
    started, said = time.monotonic(), 0.0
    while time.monotonic() - started < PATIENCE_S:
        with opened.open(url, timeout=PATIENCE_S) as answer:
            answer.read()
            if answer.geturl().split("?")[0] != url:
                raise Failed(f"{url} answered with {answer.geturl()}")
            if answer.status != COMPUTING:
                return time.monotonic() - started, said
        said = said or time.monotonic() - started
        time.sleep(LOOK_S)
    raise Failed(f"{url} was still computed after {PATIENCE_S} s")
