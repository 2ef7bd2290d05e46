"""A running product with a small demonstration company, a real browser, and one log-in per role.

The server, its worker and its pages are the real ones, started as a user starts them.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


JOURNEYS = [pytest.mark.browser]


@dataclass(frozen=True)
class Product:
    """Where the product answers, its workspace, and the passwords by role."""

    url: str
    home: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    place = tmp_path_factory.mktemp("product")
    home, log = place / "home", (place / "server.log").open("w+")
    command = [sys.executable, "-m", "bihuan"]
    environment = {key: value for key, value in os.environ.items()
                   if key not in {"DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE", "BIHUAN_HOME",
                                  "BIHUAN_DATABASE_URL"}}
    environment["PYTHONPATH"] = str(ROOT / "src")
    # The other side of a data source is a server of the test's own.
    environment["BIHUAN_SOURCES_PRIVATE"] = "127.0.0.1"
    loaded = subprocess.run([*command, "demo", "--scale", "small", "--home", str(home)], env=environment, cwd=place,
                            capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*command, "up", "--demo", "--home", str(home), "--port", str(port)], env=environment,
                              cwd=place, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(url, server, log)
        yield Product(url, home, json.loads((home / "demo-logins.json").read_text(encoding="utf-8")))
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def wait_until_up(url: str, server: subprocess.Popen[bytes], log) -> None:
    # The small company is derived and its users are made first; on a busy machine that takes minutes.
    for _ in range(1500):
        try:
            urllib.request.urlopen(f"{url}/account/login/", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if server.poll() is not None:
                break
            time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"The product did not start: {log.read()[-3000:]}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    path = os.environ.get("BIHUAN_CHROMIUM")
    options = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
               "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    return {**browser_type_launch_args, "args": options, **({"executable_path": path} if path else {})}


@pytest.fixture
def person(browser: Browser, product: Product) -> Iterator[Callable[..., Page]]:
    """Return ``person(role, size)``: a page in which that role is logged in; what goes wrong in it fails the test."""
    contexts, faults = [], []

    def open_page(role: str | None, size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(base_url=product.url, viewport=size, locale="zh-CN", accept_downloads=True)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text)
                if message.type == "error" and "Content Security Policy" in message.text else None)
        if role:
            page.goto("/account/login/")
            page.fill("input[name=login]", role)
            page.fill("input[name=password]", product.passwords[role])
            page.click("form button[type=submit]")
            page.wait_for_url(lambda address: "/login/" not in address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, f"the pages raised errors: {faults}"


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """Return ``check_page(page)``: axe finds nothing, and the page does not scroll sideways."""

    def check(page: Page) -> None:
        # The content policy lets no foreign script in: evaluated from outside, as a user's tool is.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map("
            "v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)")
        assert found == [], f"{page.url}: {found}"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 1, f"{page.url} is {wider} px wider than the screen"

    return check
