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
WORKING = {"django.db.backends.sqlite3": 1, "django.db.backends.postgresql": 4}
# Threads that may wait, for a body that comes slowly or for their turn.
WAITING = 24
# A machine busy with other things needs minutes for the first page; a server that died is noticed at once.
PATIENCE_SECONDS = 300
FAREWELL_SECONDS = 10
FEWEST_SECONDS_BETWEEN_RESTARTS = 5


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def serve(host: str, port: int, *, ready: Callable[[], None]) -> int:
    """Run web server and worker until told to stop; ``ready`` is called once the first page answers."""
    _listen_for_the_end()
    server = _start([
        "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2",
        "--blocking-threads", str(WAITING), "--respawn-failed-workers",
        "--log-level", "error", "bihuan.config.wsgi:application"])
    worker = _start(_worker())
    try:
        if not _wait_until_it_answers(host, port, server):
            say(*_why_silent(server))
            return 1
        ready()
        return _keep(server, worker)
    except Stopped:
        say("正在停止……", "Stopping ...")
        return 0
    finally:
        end([server, worker])


def _worker() -> list[str]:
    """The command of the worker of this machine: our own, or Celery's with its clock where a broker is set."""
    if not settings.BIHUAN_NUDGE:
        return ["-m", "bihuan.config.worker"]
    return ["-m", "celery", "-A", "bihuan.config.celery", "worker", "-B", "--concurrency", "1", "--loglevel", "warning",
            "--schedule", str(settings.BIHUAN_HOME / "celery-clock")]


def _keep(server: subprocess.Popen[bytes], worker: subprocess.Popen[bytes]) -> int:
    """Watch both; a worker that died is replaced, without a server there is nothing left to do."""
    started_at = time.monotonic()
    try:
        while server.poll() is None:
            if worker.poll() is not None:
                say("后台任务进程意外结束，正在另起一个。",
                    "The background worker ended unexpectedly; starting another.")
                time.sleep(max(0.0, FEWEST_SECONDS_BETWEEN_RESTARTS - (time.monotonic() - started_at)))
                worker, started_at = _start(_worker()), time.monotonic()
            time.sleep(0.5)
    finally:
        end([worker])
    say("网页服务意外结束，原因见上。", "The web server ended unexpectedly; its messages stand above.")
    return 1


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
