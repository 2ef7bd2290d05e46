"""What is told and kept is said in the language of who reads it: nothing hands over a sentence that is said already."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "bihuan"
# Functions whose result is in the language of the moment.
SAYING = {"_", "gettext", "ngettext", "named", "beside", "in_language", "told", "duration", "figure", "format"}


def test_notices_and_troubles_are_handed_over_as_functions():
    files = {path: ast.parse(text) for path in SOURCE.rglob("*.py")
             if "tests" not in path.parts and (text := path.read_text(encoding="utf-8"))
             and any(word in text for word in (" notify(", "NotSent(", "import Words", ", Words"))}
    takers = {"NotSent"} | {one.name for tree in files.values() for one in takers_of(tree) if one.name[0] != "_"}
    assert {"notify", "tell_step", "tell_of_failure"} <= takers
    calls, wrong = 0, []
    for path, tree in files.items():
        names = takers | {one.name for one in takers_of(tree)}
        for function in outermost(tree):
            found = [one for one in ast.walk(function) if called(one) in names]
            early = said_names(function) if found else set()
            calls += len(found)
            for call in found:
                handed = [*call.args, *(one.value for one in call.keywords if one.arg not in ("key", "about"))]
                if any(says(value) or early & read_names(value) for value in handed):
                    wrong.append(f"{path.relative_to(SOURCE)}:{call.lineno} says it before it is read: hand over a "
                                 "function (lambda or partial)")
    assert calls > 50 and not wrong, "\n".join(wrong)


def outermost(tree: ast.Module) -> list[ast.FunctionDef]:
    return [one for top in tree.body for one in (top.body if isinstance(top, ast.ClassDef) else [top])
            if isinstance(one, ast.FunctionDef)]


def takers_of(tree: ast.Module) -> list[ast.FunctionDef]:
    return [one for one in outermost(tree) if any(
        getattr(arg.annotation, "id", "") == "Words" for arg in (*one.args.args, *one.args.kwonlyargs))]


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def says(node: ast.AST) -> bool:
    """Whether a value holds a sentence that was said; what stands in a lambda is said when it is asked for."""
    return not isinstance(node, ast.Lambda) and (
        called(node) in SAYING or any(says(child) for child in ast.iter_child_nodes(node)))


def said_names(function: ast.FunctionDef) -> set[str]:
    return {target.id for one in ast.walk(function) if isinstance(one, ast.Assign) and says(one.value)
            for target in one.targets if isinstance(target, ast.Name)} - {
        target.id for inner in ast.walk(function) if isinstance(inner, ast.FunctionDef) and inner is not function
        for one in ast.walk(inner) if isinstance(one, ast.Assign) for target in one.targets
        if isinstance(target, ast.Name)}


def read_names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
