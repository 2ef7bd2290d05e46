"""Starting the product: each step may be repeated, and each trouble says what to do."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.request
from argparse import Namespace
from pathlib import Path

import pytest

from bihuan.config import serve
from bihuan.config.bootstrap import LOGINS_FILE, demo_logins, first_admin, unit_for
from bihuan.config.environment import database, postgres, secret_key
from bihuan.core import audit
from bihuan.core.models import Role, Unit, User
from bihuan.core.rights import SystemActor, can, scope_of
from bihuan.core.services import load_roles
from bihuan.core.tests.cast import SYSTEM, UNITS

SOURCE = Path(__file__).resolve().parents[3]


@pytest.fixture
def workspace_home(home, settings):
    settings.BIHUAN_HOME = home.path
    return home


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_secret_is_written_once_and_for_the_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("BIHUAN_SECRET_KEY", raising=False)
    first = secret_key(tmp_path)
    assert len(first) >= 50 and secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_database_address_is_read(tmp_path):
    read = postgres("postgres://u%40x:p%2Fw@db.local:5433/quality?sslmode=require")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"], read["OPTIONS"]) == (
        "u@x", "p/w", "db.local", "5433", "quality", {"sslmode": "require", "prepare_threshold": 5})
    assert postgres("postgres://u@h/quality?prepare=no")["OPTIONS"] == {"prepare_threshold": None}
    assert database(None, tmp_path)["NAME"] == str(tmp_path / "product.sqlite3")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host", "quality"])
def test_a_database_address_that_cannot_be_used_says_how_it_should_look(url):
    with pytest.raises(Exception, match="must look like postgres://"):
        postgres(url)


def test_a_port_in_use_is_named_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"--port {port + 1}" in serve.port_taken("127.0.0.1", port)[1]
    assert serve.port_taken("127.0.0.1", free_port()) is None


def test_missing_assets_are_named_with_the_command_that_builds_them(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "ASSETS", tmp_path)
    assert all("make setup" in told for told in serve.assets_missing())
    (tmp_path / "app.js").touch()
    (tmp_path / "app.css").touch()
    assert serve.assets_missing() is None


@pytest.mark.django_db
class TestFirstStart:
    def test_the_first_administrator_is_made_once(self, workspace_home, monkeypatch):
        monkeypatch.delenv("BIHUAN_ADMIN_PASSWORD", raising=False)
        load_roles(actor=SYSTEM)
        (login,) = first_admin()
        user = User.objects.get()
        assert user.check_password(login.password) and user.must_change_password
        assert can(user, "core.manage_people") and scope_of(user, "evaluate.view_board").units is None
        assert first_admin() == []

    def test_a_given_password_is_not_printed(self, workspace_home, monkeypatch):
        monkeypatch.setenv("BIHUAN_ADMIN_PASSWORD", "given-by-operator")
        load_roles(actor=SYSTEM)
        (login,) = first_admin()
        assert "given-by-operator" not in login.password
        user = User.objects.get()
        assert user.check_password("given-by-operator") and not user.must_change_password

    def test_every_role_gets_a_log_in_that_stays_the_same(self, workspace_home, monkeypatch):
        monkeypatch.setattr("bihuan.config.bootstrap.sync_units", lambda actor: 0)
        monkeypatch.setattr("bihuan.config.bootstrap.a_busy_agent", lambda home: "a1")
        monkeypatch.setattr("bihuan.config.bootstrap.unit_of_agent", lambda home, agent: "n2")
        load_roles(actor=SYSTEM)
        Unit.objects.bulk_create(Unit(code=c, name=n, parent_code=p, kind=k) for c, n, p, k in UNITS)
        logins = demo_logins(workspace_home)
        assert len(logins) == 17 == User.objects.count()
        assert demo_logins(workspace_home) == logins
        assert scope_of(User.objects.get(username="manager"), "evaluate.view_board").units == ("n1", "n2", "north")
        assert scope_of(User.objects.get(username="team_leader"), "evaluate.view_board").units == ("n2",)
        assert scope_of(User.objects.get(username="agent"), "evaluate.view_board").agents == ("a1",)
        file = workspace_home.path / LOGINS_FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert json.loads(file.read_text()) == {login.username: login.password for login in logins}

    def test_without_records_only_roles_that_need_none_get_a_log_in(self, workspace_home):
        load_roles(actor=SYSTEM)
        assert unit_for(Role.objects.get(key="manager"), "", workspace_home) == ""
        logins = {login.username for login in demo_logins(workspace_home)}
        assert "director" in logins and not logins & {"manager", "agent"}


class TestVerifyLog:
    def test_a_workspace_without_product_has_no_audit_log(self, home, monkeypatch):
        monkeypatch.delenv("BIHUAN_DATABASE_URL", raising=False)
        document = serve.verify_log(home)
        assert document["ok"] and document["audit"] is None and document["journal"]["entries"] == 0

    @pytest.mark.django_db
    def test_a_cut_log_fails_with_the_line_kept_earlier(self, home, tmp_path, monkeypatch):
        (home.path / "product.sqlite3").touch()
        monkeypatch.setattr(serve, "prepare", lambda home: None)
        audit.record("core.thing_done", actor=SystemActor())
        kept = tmp_path / "head.txt"
        kept.write_text(f"report of March\n{audit.head_line()}\n", encoding="utf-8")
        assert serve.verify_log_command(Namespace(home=home, head=str(kept)))[0] == 0
        audit.chain.AuditEntry.objects.all().delete()
        audit.chain.AuditHead.objects.all().delete()
        code, document = serve.verify_log_command(Namespace(home=home, head=str(kept)))
        assert code == 1
        assert [fault["code"] for fault in document["audit"]["faults"]] == ["cut"]


@pytest.mark.long
def test_up_serves_and_ends_both_processes(tmp_path):
    """The real thing: start on an empty folder, log-in page with its policy, Ctrl-C, nothing left running; twice."""
    port = free_port()
    for turn in range(2):
        log = tmp_path / f"log{turn}"
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "bihuan", "up", "--home", str(tmp_path / "home"), "--port", str(port)],
                stderr=stream, env={**os.environ, "PYTHONPATH": str(SOURCE),
                                          "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"})
        try:
            wait_for_text(log, "Bihuan is ready", process)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/") as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        assert ("Log in with" in log.read_text()) == (turn == 0)
        assert serve.port_taken("127.0.0.1", port) is None


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_product_leaves_nothing_running(tmp_path):
    """kill -9 of the web server: it comes back. Of `bihuan up`: all end, so that it can be started again at once."""
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "bihuan", "up", "--home", str(tmp_path / "home"), "--port", str(port)],
            stderr=stream, env={**os.environ, "PYTHONPATH": str(SOURCE),
                                "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"})
    try:
        wait_for_text(log, "Bihuan is ready", process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        server = next(int(pid) for pid in children if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(server, signal.SIGKILL)
        wait_for_text(log, "starting another", process)
        wait_for_page(port)
    finally:
        process.kill()
        process.wait()
    for _ in range(300):
        if serve.port_taken("127.0.0.1", port) is None and not any(map(is_running, children)):
            return
        threading.Event().wait(0.1)
    raise AssertionError("the web server still holds the port, or the worker still works")


def is_running(pid):
    try:
        return b"bihuan" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def wait_for_page(port):
    for _ in range(3000):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5).close()
            return
        except OSError:
            threading.Event().wait(0.1)
    raise AssertionError("the web server did not come back")


def wait_for_text(file, text, process):
    import time

    for _ in range(3000):     # a busy machine is no failure
        if text in file.read_text():
            return
        assert process.poll() is None, file.read_text()
        time.sleep(0.1)
    raise AssertionError(file.read_text())
