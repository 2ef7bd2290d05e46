"""Which workspace a command works on: only a command that fills one may begin it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from .home import Home, home_at
from .terminal import say

# What may begin a workspace, and what has an answer without one; every other command reads one that is there.
BEGIN = ("import", "restore", "demo", "up")
NEED_NONE = ("presets", "indicators", "survey", "themes")


class NoWorkspace(Exception):
    """The folder that was named is no workspace, and the command would have nothing to read."""


def workspace_of(args: Namespace) -> Home | None:
    """Return the workspace of a command, begun where the command may begin one. Raises NoWorkspace."""
    if getattr(args, "bundle", None):    # it is checked by itself
        return None
    home = home_at(args.home)
    # An import begins its workspace itself: a file that it refuses leaves none.
    if home.is_there or (args.command in BEGIN and _has_what_it_takes(args)):
        return home.create()
    if args.command not in (*BEGIN, *NEED_NONE):
        raise NoWorkspace(home.path)
    if args.home and args.command in ("presets", "indicators"):
        say(f"{home.path} 不是工作区：以下是随附的。", f"{home.path} is no workspace: these are the shipped ones.")
    return home


def _has_what_it_takes(args: Namespace) -> bool:
    """Whether a command may leave a workspace behind before it has begun: none without its file."""
    return args.command != "import" and Path(getattr(args, "file", ".")).expanduser().exists()
