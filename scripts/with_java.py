"""Run a command with Java 17 or newer, which Spark needs: ``with_java.py COMMAND ...``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys


def version() -> int | None:
    """Return the major version of the Java on the path, None when there is none."""
    if not shutil.which("java"):
        return None
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


def install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Java for Spark ...", file=sys.stderr, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "openjdk-17-jre-headless"], check=False, env=environment,
                       stdout=subprocess.DEVNULL)


def main(command: list[str]) -> int:
    if not command:
        sys.exit("Usage: with_java.py COMMAND ...")
    if (version() or 0) < 17:
        install()
    if (version() or 0) < 17:
        sys.exit("Spark needs Java 17. Install it (Debian: apt-get install openjdk-17-jre-headless) "
                 "and run this again.")
    return subprocess.run(command).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
