"""The two processes that make the product, web server and worker: started together, kept alive, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from django.conf import settings

from bihuan.config.dying import end_with_parent
from bihuan.engine.terminal import say

# Requests that a process works on at a time: more ruin the slowest answers on SQLite, which has one writer.
WORKING = {"django.db.backends.sqlite3": 1, "bihuan.config.postgresql": 4}
# Threads that may wait, for a body that comes slowly or for their turn.
WAITING = 24
# A machine busy with other things needs minutes for the first page; a server that died is noticed at once.
PATIENCE_SECONDS = 300
FAREWELL_SECONDS = 10
FEWEST_SECONDS_BETWEEN_RESTARTS = 5
# A web server that ends within a minute of its start, three times on end, cannot be helped by another start.
SHORT_LIFE_SECONDS = 60
MOST_SHORT_LIVES = 3


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def serve(host: str, port: int, *, ready: Callable[[], None]) -> int:
    """Run web server and worker until told to stop; ``ready`` is called once the first page answers."""
    _listen_for_the_end()
    server = _start(_server(host, port))
    worker = _start(_worker())
    try:
        if not _wait_until_it_answers(host, port, server):
            say(*_why_silent(server))
            return 1
        ready()
        return _keep(Kept(_server(host, port), server), Kept(_worker(), worker))
    except Stopped:
        say("正在停止……", "Stopping ...")
        return 0
    finally:
        end([server, worker])


def _server(host: str, port: int) -> list[str]:
    return [
        "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2",
        "--blocking-threads", str(WAITING), "--respawn-failed-workers",
        "--log-level", "error", "bihuan.config.wsgi:application"]


def _worker() -> list[str]:
    """The command of the worker of this machine: our own, or Celery's with its clock where a broker is set."""
    if not settings.BIHUAN_NUDGE:
        return ["-m", "bihuan.config.worker"]
    return ["-m", "celery", "-A", "bihuan.config.celery", "worker", "-B", "--concurrency", "1", "--loglevel", "warning",
            "--schedule", str(settings.BIHUAN_HOME / "celery-clock")]


class Kept:
    """A process that is started again when it ends by itself, unless it does so again and again."""

    def __init__(self, command: list[str], process: subprocess.Popen[bytes]) -> None:
        self.command, self.process, self.started_at, self.short_lives = command, process, time.monotonic(), 0

    def revive(self) -> bool:
        """Start it again if it ended; False when it has never lived longer than a moment the last few times."""
        if self.process.poll() is None:
            return True
        lived = time.monotonic() - self.started_at
        self.short_lives = self.short_lives + 1 if lived < SHORT_LIFE_SECONDS else 0
        if self.short_lives >= MOST_SHORT_LIVES:
            return False
        time.sleep(max(0.0, FEWEST_SECONDS_BETWEEN_RESTARTS - lived))
        self.process, self.started_at = _start(self.command), time.monotonic()
        return True


def _keep(server: Kept, worker: Kept) -> int:
    """Watch both and replace what died; without a web server that stays up there is nothing left to do."""
    try:
        while True:
            if server.process.poll() is not None:
                say("网页服务意外结束，正在另起一个。", "The web server ended unexpectedly; starting another.")
                if not server.revive():
                    say("网页服务一再结束，原因见上。", "The web server ends again and again, see above.")
                    return 1
            if worker.process.poll() is not None:
                say("后台任务进程意外结束，正在另起一个。",
                    "The background worker ended unexpectedly; starting another.")
                worker.short_lives = 0      # the pages go on without it, and it may find what it misses
                worker.revive()
            time.sleep(0.5)
    finally:
        end([server.process, worker.process])


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask processes to end, and make those end that do not within ten seconds."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + FAREWELL_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches only the one that ends them in order."""
    source = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join(filter(None, [str(source), os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen([sys.executable, *arguments], env={**os.environ, "PYTHONPATH": paths},
                            start_new_session=True, preexec_fn=end_with_parent)


def _wait_until_it_answers(host: str, port: int, server: subprocess.Popen[bytes]) -> bool:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{name}:{port}/account/login/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def _why_silent(server: subprocess.Popen[bytes]) -> tuple[str, str]:
    if server.poll() is not None:
        return "网页服务没有启动，原因见上。", "The web server did not start; its messages stand above."
    return (f"网页服务 {PATIENCE_SECONDS // 60} 分钟内没有响应。机器可能太忙，请在空闲时重新运行同一命令。",
            f"The web server did not answer within {PATIENCE_SECONDS // 60} minutes. The machine may be too busy: "
            "run the same command again when it has less to do.")


def _listen_for_the_end() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
