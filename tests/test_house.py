"""The house rules that no other tool holds: sizes, doors between rooms, words and addresses that must not be there."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "bihuan"
PYTHON = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SOURCE.rglob("*.html"))
DOORS = {"services", "queries", "contracts", "rights", "urls", "apps"}
# core offers its services as modules of their own: they are its doors.
CORE_DOORS = DOORS | {"addresses", "audit", "colleagues", "errors", "jobs", "languages", "models", "notifications",
                      "patience", "privacy", "statements", "systems", "tokens", "web", "workspace"}


class Looked(NamedTuple):
    imports: list[str]
    functions: list[tuple[str, int]]    # each with its lines


def statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All statements at any depth; what they are made of is not looked into, which takes as long as parsing."""
    for node in body:
        yield node
        for part in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from statements(getattr(node, part, ()))


@cache
def looked_at(path: Path) -> Looked:
    """A file is parsed once for all tests: there are two thousand."""
    found = Looked([], [])
    for node in statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            found.imports.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.imports.extend(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.functions.append((node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
    return found


def test_there_is_something_to_check():
    assert len(PYTHON) > 30


def test_files_and_functions_stay_short():
    """All files in one test: two thousand tests of a millisecond cost more to hand out than to run."""
    wrong = []
    for path in PYTHON:
        if path.read_text(encoding="utf-8").count("\n") > 500:
            wrong.append(f"{path}: split the file into a folder of the same name (the aim is 300 lines)")
        wrong += [f"{path}: {name} has {length} lines; the aim is 30" for name, length in looked_at(path).functions
                  if length > 60]
    assert not wrong, "\n".join(wrong)


def test_templates_stay_short_and_fragments_do_not_extend():
    wrong = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 200:
            wrong.append(f"{path} has more than 200 lines")
        if path.name.startswith("_") and "{% extends" in text:
            wrong.append(f"{path} is a fragment and extends a page")
        if re.search(r"<script(?![^>]*(src=|application/json))", text):
            wrong.append(f"{path}: inline scripts break the content policy")
        if " style=" in text:
            wrong.append(f"{path}: inline styles break the content policy")
    assert TEMPLATES and not wrong, "\n".join(wrong)


def rooms() -> list[Path]:
    return sorted({path.parent for path in SOURCE.rglob("apps.py")})


def test_rooms_are_entered_through_their_doors():
    """Another room is entered through services, queries or contracts; HTTP stays in views and rest."""
    wrong = []
    names = {".".join(("bihuan", *room.relative_to(SOURCE).parts)): room for room in rooms()}
    for path in PYTHON:
        if "tests" in path.parts:
            continue
        own = next((name for name, room in names.items() if room in path.parents), None)
        for target in imported(path):
            room = next((name for name in names if target.startswith(name + ".")), None)
            if room is None or room == own:
                continue
            door = target[len(room) + 1:].split(".")[0]
            if own is None and path.is_relative_to(SOURCE / "config"):
                continue
            allowed = CORE_DOORS if room == "bihuan.core" else DOORS
            if room != "bihuan.ui" and door not in allowed:
                wrong.append(f"{path.relative_to(SOURCE)} enters {room} by {door}")
    assert not wrong, "\n".join(wrong)


def imported(path: Path) -> list[str]:
    return looked_at(path).imports


def test_nothing_happens_behind_your_back():
    """No signals: what happens is written where it happens."""
    for path in PYTHON:
        if "tests" in path.parts:
            continue
        assert not any(name.startswith("django.db.models.signals") or name == "django.dispatch.receiver"
                       for name in imported(path)), path


def test_the_numeric_commands_load_no_django():
    """The command line works on a folder, without the product."""
    from bihuan.cli import COMMANDS

    modules = {target.split(":")[0] for target in COMMANDS.values() if target.startswith("bihuan.engine")}
    code = "import sys\n" + "\n".join(f"import {module}" for module in sorted(modules))
    code += "\nassert not [name for name in sys.modules if name.split('.')[0] == 'django'], 'Django was loaded'"
    done = subprocess.run([str(ROOT / ".venv/bin/python"), "-c", code], capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}, check=False)
    assert done.returncode == 0, done.stderr


def test_committed_files_name_no_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert listed
    address = re.compile(r'"resolved":\s*"https?://|registry\s*=\s*"https?://|--index-url|--extra-index-url')
    for name in listed:
        path = ROOT / name
        if path.suffix in {".json", ".lock", ".toml", ".txt"} and path.exists():
            assert not address.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_every_act_in_the_audit_log_has_words():
    """An auditor reads 撤销导入批次, not collect.batch_undone."""
    from bihuan.core.audit.words import ACTS

    named = re.compile(r'audit\.record(?:_bulk)?\(\s*"([a-z]+\.[a-z_]+)"')
    acts = {act for path in PYTHON if "tests" not in path.parts for act in named.findall(path.read_text("utf-8"))}
    assert len(acts) > 50
    assert sorted(acts - set(ACTS)) == []
