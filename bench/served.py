"""The real product for a bench: ``bihuan up`` on a workspace and a database of its own, its processes by their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S, START_TRIES = 300.0, 4


class Served:
    """A product on ``home`` with ``limits`` in its environment; ``database`` is PostgreSQL's address or None."""

    def __init__(self, home: Path, *, database: str | None, **limits: object) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ, "BIHUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bench.bare",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **{name: str(value) for name, value in limits.items()}}
        self.environment.pop("BIHUAN_DATABASE_URL", None)
        if database:
            self.environment["BIHUAN_DATABASE_URL"] = database
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until the first page is there; on a machine that has no time for it, again."""
        for _ in range(START_TRIES):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bihuan", "up", "--home", str(self.home), "--port", str(self.port)],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            if self.answers():
                return
        sys.exit("The product did not start.")

    def answers(self) -> bool:
        """Wait for a page; False when the product ended or none came."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/account/login/", timeout=5).close()
                return True
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        return False

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=PATIENCE_S)

    def kill(self, name: str) -> int:
        """kill -9 the processes under ``bihuan up`` whose command holds ``name``; returns how many."""
        assert self.process is not None
        found = [pid for pid in _below(self.process.pid) if name in _command(pid)]
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return len(found)

    def run(self, code: str) -> str:
        """Run a few lines inside the product's Django and return what they print."""
        return subprocess.run([sys.executable, "-c", f"import django\ndjango.setup()\n{code}"], env=self.environment,
                              check=True, capture_output=True, text=True).stdout


def _below(parent: int) -> list[int]:
    """Every process whose ancestor is ``parent``."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(") ", 1)[1].split()[1])
            except OSError:
                continue
    found, waiting = [], [parent]
    while waiting:
        above = waiting.pop()
        children = [pid for pid, its in parents.items() if its == above]
        found += children
        waiting += children
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""
