"""`bihuan up` and `bihuan verify-log`: the commands that need the product. Django is set up inside them."""

from __future__ import annotations

import os
import socket
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from bihuan.engine.home import Home
from bihuan.engine.terminal import say

FINE, FAILED, WRONG_USE = 0, 1, 2
ASSETS = Path(__file__).resolve().parent.parent / "ui" / "static" / "ui" / "dist"


def up_command(args: Namespace) -> tuple[int, None]:
    """Start the product and stay until it is stopped."""
    return up(port=args.port, demo=args.demo, home=args.home), None


def up(*, port: int, demo: bool, home: Home) -> int:
    """Bring the workspace up to date and serve it; every step may be repeated. Returns the exit code."""
    host = os.environ.get("BIHUAN_HOST", "127.0.0.1")
    trouble = assets_missing() or port_taken(host, port)
    if trouble:
        say(*trouble)
        return FAILED
    # Accounts and records are nobody else's business on this machine.
    os.umask(0o077)
    prepare(home)
    # Importable only once Django is set up.
    from bihuan.config.bootstrap import bring_up_to_date, demo_logins, first_admin
    from bihuan.config.demo_causes import demo_causes
    from bihuan.config.demo_cycles import demo_cycles
    from bihuan.config.demo_department import demo_department
    from bihuan.config.demo_drafts import demo_drafts
    from bihuan.config.demo_improving import demo_policy, demo_procedure, demo_roster
    from bihuan.config.demo_launches import demo_launches
    from bihuan.config.demo_loop import demo_handbook, demo_measures
    from bihuan.config.demo_low_scores import demo_low_scores
    from bihuan.config.demo_meetings import demo_meetings, demo_reviews
    from bihuan.config.demo_outside import demo_benchmarks, demo_phases, demo_watch
    from bihuan.config.demo_support import demo_support
    from bihuan.config.demo_vendor import demo_vendor
    from bihuan.config.demo_waves import demo_waves
    from bihuan.config.demonstration import fill_rooms
    from bihuan.config.processes import serve

    say(f"工作区：{home.path}", f"Workspace: {home.path}")
    bring_up_to_date()
    renew_facts(home)
    if demo and not load_demo(home):
        return FAILED
    logins = first_admin()
    if demo:
        logins = [*logins, *demo_logins(home)]
        demo_measures(home)
        demo_handbook()
        demo_launches(home)
        demo_causes()
        demo_procedure()
        demo_roster()
        demo_department()
        demo_policy()
        demo_cycles()
        demo_vendor()
        demo_support()
        demo_reviews()
        demo_meetings()
        demo_phases()
        demo_watch()
        demo_benchmarks()
        fill_rooms()
        demo_waves()
        demo_low_scores()
        demo_drafts()
    return serve(host, port, ready=lambda: announce(host, port, logins))


def prepare(home: Home) -> None:
    """Set Django up on this workspace."""
    os.environ["BIHUAN_HOME"] = str(home.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()


def renew_facts(home: Home) -> None:
    """Compute the facts anew where a newer version, or a changed calendar, computes them by other rules."""
    from bihuan.engine.facts.derive import is_outdated, load_clock, refresh

    if is_outdated(home, load_clock(home)):
        say("事实数据是按以前的规则算的，正在重新计算……",
            "The facts were computed by other rules than today's; computing them anew ...")
        refresh(home)


def load_demo(home: Home) -> bool:
    """Load the demonstration company through the command that imports it, unless the workspace holds records."""
    from bihuan.config.bootstrap import run_quietly
    from bihuan.engine.facts import journal

    if any(batch.state == "done" for batch in journal.batches(home)):
        say("工作区里已有记录，不再载入演示公司。",
            "The workspace already holds records; the demonstration company is not loaded again.")
        return True
    say("正在通过正常的导入流程载入演示公司（约一分钟）……",
        "Loading the demonstration company through the normal import (about a minute) ...")
    code = run_quietly([sys.executable, "-m", "bihuan", "demo", "--home", str(home.path)])
    if code != FINE:
        say(f"演示公司没有载入成功，原因见上。请删除 {home.path} 后重新运行同一命令。",
            "The demonstration company could not be loaded; the message above says why. Remove "
            f"{home.path} and run the same command again.")
    return code == FINE


def assets_missing() -> tuple[str, str] | None:
    """Return what to do, in both languages, when the front end was not built, else None."""
    if (ASSETS / "app.js").exists() and (ASSETS / "app.css").exists():
        return None
    return ("页面的脚本与样式还没有构建。请运行 make setup（需要 Node 20 或更高版本）后再启动。",
            "The pages' scripts and styles are not built. Run `make setup` (it needs Node 20 or later) and start "
            "again.")


def port_taken(host: str, port: int) -> tuple[str, str] | None:
    """Return what to do, in both languages, when somebody else listens on the port, else None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server does: a port whose last connections are only fading out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (f"{host} 的端口 {port} 不能用（{error.strerror}）。请停止占用它的程序，或换一个端口："
                    f"bihuan up --port {port + 1}（make demo PORT={port + 1}）",
                    f"Port {port} on {host} cannot be used ({error.strerror}). Stop what listens there, or choose "
                    f"another: bihuan up --port {port + 1} (make demo PORT={port + 1})")
    return None


def announce(host: str, port: int, logins: list[Any]) -> None:
    """Say where the product is and who can log in."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    say(f"\n闭环已就绪：http://{shown}:{port}/", f"\nBihuan is ready: http://{shown}:{port}/")
    if logins:
        width = max(len(login.username) for login in logins)
        say("登录账号：", "Log in with:")
        for login in logins:
            line = f"  {login.username:<{width}}  {login.password:<18}  {login.role}"
            say(line, line)
    say("按 Ctrl-C 停止。\n", "Stop it with Ctrl-C.\n")


def verify_log_command(args: Namespace) -> tuple[int, dict[str, Any] | None]:
    """Check the audit log and the import journal of the workspace."""
    try:
        lines = Path(args.head).read_text(encoding="utf-8") if args.head else ""
    except (OSError, UnicodeDecodeError):
        say(f"读不出链头文件 {args.head}。请检查路径，它应是打印或存档时留下的文本。",
            f"The head file {args.head} cannot be read. Check the path; it is the text that was printed or filed.")
        return WRONG_USE, None
    document = verify_log(args.home, lines)
    return (FINE if document["ok"] else FAILED), document


def verify_log(home: Home, lines: str = "") -> dict[str, Any]:
    """Return {"ok", "audit", "journal"}; ``lines`` were printed earlier, ``bihuan-audit …`` among them.

    A workspace that never served the product has no audit log: ``audit`` is then None.
    """
    journal = _verify_journal(home, lines)
    audit = _verify_audit(home, lines)
    return {"ok": journal["ok"] and (audit is None or audit["ok"]), "audit": audit, "journal": journal}


def _verify_journal(home: Home, lines: str) -> dict[str, Any]:
    from bihuan.engine.facts import journal
    from bihuan.engine.facts.errors import FactsError

    kept = [line.split()[2] for line in lines.splitlines() if line.startswith("bihuan-journal ")]
    try:
        count = journal.verify(home, kept[-1] if kept else None)
    except FactsError as error:
        return {"ok": False, "entries": None, "head": None, "faults": [{"code": error.code, "text": error.text("en")}]}
    number, digest = journal.head(home)
    return {"ok": True, "entries": count, "head": f"bihuan-journal {number} {digest}", "faults": []}


def _verify_audit(home: Home, lines: str) -> dict[str, Any] | None:
    if not os.environ.get("BIHUAN_DATABASE_URL") and not (home.path / "product.sqlite3").exists():
        return None
    prepare(home)
    from django.utils import translation

    from bihuan.core import audit

    kept = next((line for line in lines.splitlines() if line.startswith("bihuan-audit ")), None)
    with translation.override("en"):
        found = audit.verify(kept)
        faults = [{"code": fault.code, "seq": fault.seq, "text": fault.text} for fault in found.faults]
    return {"ok": found.ok, "entries": found.entries, "head": found.head, "faults": faults}
