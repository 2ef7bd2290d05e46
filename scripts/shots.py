"""Take the screenshots of the readme from the running product with the demonstration company."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZES = {"1280": {"width": 1280, "height": 860}, "390": {"width": 390, "height": 844}}
FCR = "/evaluate/indicators/fcr"


def open_row(link: str) -> Callable[[Page], None]:
    """Return what opens the first row of a list whose address fits."""

    def act(page: Page) -> None:
        page.locator(f"main a[href*='{link}']").first.click()

    return act


def open_fishbone(page: Page) -> None:
    """The fishbone of the newest problem that people work on."""
    page.locator("main table a[href*='/diagnose/findings/']", has_text=re.compile("开场过长")).first.click()
    page.locator("main a[href*='/fishbone/']").first.click()


def open_worked(page: Page) -> None:
    """The measure, or its verdict, that the data show to have worked."""
    page.locator("main tr", has_text="40 张知识卡片").locator("a").first.click()


def show_yardstick(page: Page) -> None:
    open_worked(page)
    page.get_by_role("heading", name="标尺", exact=True).scroll_into_view_if_needed()


def show_map(page: Page) -> None:
    page.locator("main .nav-tabs, main nav").first.evaluate("one => one.scrollIntoView()")


# Name -> (address, what is done there before the picture, the sizes).
PAGES: dict[str, tuple[str, Callable[[Page], None] | None, tuple[str, ...]]] = {
    "loop": ("/loop/", None, ("1280", "390")),
    "board": ("/evaluate/board/?period=last_month", None, ("1280", "390")),
    "rows": (f"{FCR}/rows/", None, ("1280",)),
    "case": (f"{FCR}/rows/", open_row("/evaluate/cases/"), ("1280",)),
    "live": ("/evaluate/live/", None, ("1280",)),
    "conversations": ("/collect/conversations/", None, ("1280",)),
    "survey": ("/evaluate/surveys/", open_row("/evaluate/surveys/of/"), ("1280",)),
    "findings": ("/diagnose/findings/?state=all", None, ("1280",)),
    "fishbone": ("/diagnose/findings/?state=all&q=开场过长", open_fishbone, ("1280",)),
    "process": ("/diagnose/processes/map/?arrows=10&channel=phone", show_map, ("1280",)),
    "measure": ("/improve/measures/", show_yardstick, ("1280", "390")),
    "verdict": ("/verify/", open_worked, ("1280", "390")),
    "archive": ("/learn/archives/", open_row("/learn/archives/1"), ("1280",)),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(1500):
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    sys.exit("The product did not start.")


def take(page: Page, size: str, wanted: list[str]) -> None:
    for name, (address, act, sizes) in PAGES.items():
        if size not in sizes or (wanted and name not in wanted):
            continue
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if act is not None:
            act(page)
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)         # a chart is drawn in the frames after it was loaded
        page.screenshot(path=IMAGES / f"{name}-{size}.png")
        print(f"{name}-{size}", flush=True)


def look_at(url: str, password: str, wanted: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("BIHUAN_CHROMIUM"),
                                             args=["--no-sandbox"] if os.geteuid() == 0 else [])
        for size, viewport in SIZES.items():
            page = browser.new_context(base_url=url, viewport=viewport, locale="zh-CN").new_page()
            page.set_default_timeout(90_000)
            page.goto("/account/login/")
            page.fill("input[name=login]", "director")
            page.fill("input[name=password]", password)
            page.click("form button[type=submit]")
            page.wait_for_url(lambda address: "/login/" not in address)
            take(page, size, wanted)
        browser.close()


def main(wanted: list[str]) -> None:
    """Take all pictures, or those named; BIHUAN_SHOTS_HOME keeps the demonstration company between runs."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    place = Path(os.environ.get("BIHUAN_SHOTS_HOME") or tempfile.mkdtemp(prefix="bihuan-shots-"))
    port = free_port()
    command = [sys.executable, "-m", "bihuan", "up", "--demo", "--home", str(place), "--port", str(port)]
    server = subprocess.Popen(command, env={
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "BIHUAN_PAGE_PATIENCE_S": "0"})
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/account/login/")
        logins = json.loads((place / "demo-logins.json").read_text(encoding="utf-8"))
        look_at(url, logins["director"], wanted)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


if __name__ == "__main__":
    main(sys.argv[1:])
