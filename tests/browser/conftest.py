"""A running product with a small demonstration company, a real browser, and one log-in per role.

The server, its worker and its pages are the real ones, started as a user starts them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, StorageState, expect

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOK = Path(__file__).with_name("look.js")
SETTLED = Path(__file__).with_name("settled.js")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


JOURNEYS = [pytest.mark.browser]
# A busy machine answers late; what is wrong stays wrong.
expect.set_options(timeout=30_000)
STARTS_WITHIN_S = 900
# All that `bihuan up` does before it serves: the company's people, their work and what is derived of it.
FILL = """import sys
from bihuan import cli
from bihuan.config import processes
processes.serve = lambda host, port, *, ready: 0
sys.exit(cli.main(sys.argv[1:]))
"""
# Every journey is made at a desk; made again on a phone it is a further journey.
SIZES = pytest.mark.parametrize("size", [WIDE, pytest.param(NARROW, marks=pytest.mark.long)], ids=["1280", "390"])
# What is done at a desk alone: its pages are held against a phone's width on the way.
DESK = pytest.mark.parametrize("size", [WIDE], ids=["1280"])


def renew(page: Page) -> None:
    """Load the page anew; one that is just then on its way elsewhere arrives there instead."""
    try:
        page.reload()
    except Error:
        page.wait_for_load_state()


@dataclass(frozen=True)
class Product:
    """Where the product answers, its workspace, and the passwords by role."""

    url: str
    home: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    place = tmp_path_factory.mktemp("product")
    copy_company(tmp_path_factory, place / "home")
    with served(place) as running:
        yield running


def copy_company(tmp_path_factory: pytest.TempPathFactory, home: Path) -> None:
    """Copy the company that the first of the workers to come here has made for all."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "company"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (shared / "made").exists():
            command(shared, "demo", "--scale", "small", "--home", str(shared / "home"))
            run(shared, ["-c", FILL, *up(shared / "home", free_port())])
            (shared / "made").touch()
    shutil.copytree(shared / "home", home)


def surroundings(**more: str) -> dict[str, str]:
    """Return the environment of the product's own processes: nothing of the test's own Django."""
    kept = {key: value for key, value in os.environ.items()
            if key not in {"DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE", "BIHUAN_HOME", "BIHUAN_DATABASE_URL"}}
    # The other side of a data source is a server of the test's own.
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "BIHUAN_SOURCES_PRIVATE": "127.0.0.1", **more}


def command(place: Path, *words: str, **environment: str) -> str:
    return run(place, ["-m", "bihuan", *words], **environment)


def run(place: Path, words: list[str], **environment: str) -> str:
    done = subprocess.run([sys.executable, *words], env=surroundings(**environment), cwd=place, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def up(home: Path, port: int) -> list[str]:
    return ["up", "--demo", "--home", str(home), "--port", str(port)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(place: Path, **environment: str) -> Iterator[Product]:
    """Run the product on ``place/home``, with a log-in for every role, until the block ends."""
    home, port = place / "home", free_port()
    url = f"http://127.0.0.1:{port}"
    with (place / "server.log").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "bihuan", *up(home, port)], stdout=log, stderr=log, start_new_session=True,
            env=surroundings(**{"BIHUAN_ADDRESS": url, **environment}), cwd=place)
        try:
            wait_until_up(url, server, log)
            yield Product(url, home, json.loads((home / "demo-logins.json").read_text(encoding="utf-8")))
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def wait_until_up(url: str, server: subprocess.Popen[bytes], log) -> None:
    # The small company is derived and its users are made first; on a busy machine that takes minutes.
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
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
def person(browser: Browser, product: Product, sessions: dict[str, StorageState]) -> Iterator[Callable[..., Page]]:
    """Return ``person(role, size)``: a page in which that role is logged in; what goes wrong in it fails the test.

    A role logs in once; its later pages take up that session.
    """
    contexts, faults = [], []

    def open_page(role: str | None, size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(base_url=product.url, viewport=size, locale="zh-CN", accept_downloads=True,
                                      storage_state=sessions.get(role or ""))
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text)
                if message.type == "error" and "Content Security Policy" in message.text else None)
        if role and role not in sessions:
            log_in(page, role, product.passwords[role])
            sessions[role] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, f"the pages raised errors: {faults}"


def log_in(page: Page, role: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", role)
    page.fill("input[name=password]", password)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda address: "/login/" not in address)


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """The cookies of each role that has logged in."""
    return {}


@pytest.fixture(scope="session")
def pairings() -> set[str]:
    """The pairings of text and ground whose contrast has been looked at: the dearest rule of all."""
    return set()


@pytest.fixture
def check_page(pairings: set[str]) -> Callable[[Page], None]:
    """Return ``check_page(page)``: axe finds nothing, and the page scrolls sideways neither here nor on a phone."""

    def check(page: Page) -> None:
        # The content policy lets no foreign script in: evaluated from outside, as a user's tool is.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found, fresh = page.evaluate(LOOK.read_text(encoding="utf-8"), list(pairings))
        assert found == [], f"{page.url}: {found}"
        pairings.update(fresh)
        fits(page)
        if page.viewport_size == WIDE:
            page.set_viewport_size(NARROW)
            fits(page)
            page.set_viewport_size(WIDE)

    return check


def fits(page: Page) -> None:
    for _ in range(20):         # a chart takes up its new size in the next frames
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider <= 1:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{page.url} is {wider} px wider than the screen")


def settle(page: Page) -> None:
    """Wait for the fragments that a loaded page asks for by itself: half a second sooner than for a quiet network."""
    page.evaluate(SETTLED.read_text(encoding="utf-8"))


def visit(page: Page, addresses: Iterable[str], check: Callable[[Page], None]) -> None:
    """Open each page: it answers, speaks Chinese, pleases axe, and fits."""
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
        settle(page)
        assert page.locator("html").get_attribute("lang") in {"zh-hans", "zh-Hans", "zh-CN"}
        check(page)
