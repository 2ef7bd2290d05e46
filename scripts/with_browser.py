"""Run a command with a browser to drive: ``with_browser.py COMMAND ...`` sets BIHUAN_CHROMIUM to its path.

A Chromium of the machine is used, first of all the headless shell: the same browser without windows, which takes two
thirds of the time for a page. Without any, root installs Debian's package (with Chinese fonts), anybody else gets
Playwright's own download. What is missing after that ends the run with the command to install it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    chosen = os.environ.get("BIHUAN_CHROMIUM")
    if chosen and Path(chosen).exists():
        return chosen
    return next((path for path in map(shutil.which, NAMES) if path), None) or find_downloaded()


def find_downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    print("Installing a browser for the tests ...", file=sys.stderr, flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        for package in NAMES[:2]:       # older releases have no shell of its own
            done = subprocess.run(["apt-get", "install", "-y", "-qq", package, "fonts-noto-cjk"], check=False,
                                  env=environment, stdout=subprocess.DEVNULL)
            if done.returncode == 0:
                break
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main(command: list[str]) -> int:
    if not command:
        sys.exit("Usage: with_browser.py COMMAND ...")
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        sys.exit("No browser was found. Install one (Debian: apt-get install chromium fonts-noto-cjk) "
                 "and run this again.")
    return subprocess.run(command, env={**os.environ, "BIHUAN_CHROMIUM": path}).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
