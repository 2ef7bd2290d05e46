"""Run a command with a private PostgreSQL: ``with_postgres.py COMMAND ...`` sets BIHUAN_TEST_DATABASE_URL.

The server binaries of the machine are used; without any, root installs Debian's package, and anybody else is told
the one command to run. The cluster lives in a temporary folder on a free loopback port and ends with the command.
PostgreSQL refuses to run as root, so root hands the cluster to an unprivileged account.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def find_binaries() -> Path | None:
    """Return the folder that holds initdb and postgres, newest version first; None when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def install() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("PostgreSQL's server is missing. Install it (Debian: apt-get install postgresql) and run this again.")
    print("Installing PostgreSQL ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
    done = subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], env=environment, stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit("PostgreSQL could not be installed. Run `apt-get install postgresql` by hand and read what it says.")


def unprivileged() -> list[str]:
    """Return the words that run a command as somebody who is not root; none are needed when we are not root."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return ["setpriv", f"--reuid={user}", "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    as_user = unprivileged()
    if as_user:
        user = as_user[1].split("=")[1]
        shutil.chown(folder, user)
    data = folder / "data"
    made = subprocess.run([*as_user, str(binaries / "initdb"), "-D", str(data), "-U", "bihuan", "-A", "trust",
                           "-E", "UTF8", "--locale=C", "--no-sync"], capture_output=True, text=True, cwd=folder)
    if made.returncode:
        sys.exit(f"initdb failed: {made.stderr.strip()}")
    settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB",
                "max_connections": "60", "wal_level": "minimal", "max_wal_senders": "0",
                "listen_addresses": "127.0.0.1", "port": port,
                "unix_socket_directories": folder, "log_min_messages": "fatal"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return subprocess.Popen([*as_user, str(binaries / "postgres"), "-D", str(data), *options], cwd=folder,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until_ready(binaries: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        asked = subprocess.run([str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit("PostgreSQL did not start. Is there room on the disk, and is the folder for temporary files writable?")


def main(command: list[str]) -> int:
    if not command:
        sys.exit("Usage: with_postgres.py COMMAND ...")
    binaries = find_binaries()
    if binaries is None:
        install()
        binaries = find_binaries() or sys.exit("PostgreSQL was installed but its server was not found.")
    folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
    port = free_port()
    server = start(binaries, folder, port)
    try:
        wait_until_ready(binaries, port, server)
        url = f"postgres://bihuan@127.0.0.1:{port}/postgres"
        return subprocess.run(command, env={**os.environ, "BIHUAN_TEST_DATABASE_URL": url}).returncode
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
