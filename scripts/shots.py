"""Take the screenshots of the readme from the running product with the demonstration company."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZES = {"1280": {"width": 1280, "height": 860}, "390": {"width": 390, "height": 844}}
PAGES = {
    "loop": "/loop/",
    "board": "/evaluate/board/?period=last_month",
    "indicator": "/evaluate/indicators/fcr/",
    "rows": "/evaluate/indicators/fcr/rows/",
    "live": "/evaluate/live/",
    "conversations": "/collect/conversations/",
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


def take(page: Page, size: str) -> None:
    for name, address in PAGES.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / f"{name}-{size}.png")
    page.goto(PAGES["rows"])
    page.locator("a[href*='/evaluate/cases/']").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"case-{size}.png")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    place = Path(os.environ.get("BIHUAN_SHOTS_HOME") or tempfile.mkdtemp(prefix="bihuan-shots-"))
    port = free_port()
    command = [sys.executable, "-m", "bihuan", "up", "--demo", "--home", str(place), "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/account/login/")
        password = json.loads((place / "demo-logins.json").read_text(encoding="utf-8"))["director"]
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
                take(page, size)
            browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


if __name__ == "__main__":
    main()
