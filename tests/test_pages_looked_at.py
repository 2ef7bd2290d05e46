"""Every address that is read is opened in a real browser somewhere, or says why it is not."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.urls import Resolver404, URLResolver, get_resolver, resolve

BROWSER = Path(__file__).parent / "browser"
# Why an address stands in no list of pages -> the names of such addresses.
ELSEWHERE = tomllib.loads((BROWSER / "elsewhere.toml").read_text(encoding="utf-8"))


def test_every_page_stands_in_a_list_or_says_why_not():
    """A new page is held against axe and a phone's width; a list that names what is gone would guard nothing."""
    read, excused = set(addresses(get_resolver())), [name for names in ELSEWHERE.values() for name in names]
    seen = {name for file in BROWSER.glob("*.py") for name in opened(file)}
    assert sorted(read - seen - set(excused)) == [], "add the page to a list in tests/browser, or to elsewhere.toml"
    assert sorted(set(excused) - read) == [], "no such address"
    assert sorted(set(excused) & seen) == [], "it is opened after all"
    assert len(excused) == len(set(excused))


def addresses(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The names of all addresses that may be read."""
    for one in getattr(resolver, "url_patterns", ()):
        if isinstance(one, URLResolver):
            yield from addresses(one, space + (f"{one.namespace}:" if one.namespace else ""))
        elif "GET" in methods(one.callback):
            yield space + (one.name or "")


def methods(view) -> set[str]:
    """What Django's own decorators let through to a view, each of them kept in its closure."""
    allowed = {"GET", "POST"}
    while view is not None:
        free = view.__code__.co_freevars if hasattr(view, "__code__") else ()
        if "request_method_list" in free:
            allowed &= set(view.__closure__[free.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return allowed


def opened(file: Path) -> Iterator[str]:
    """The names of the addresses that a browser test writes out, whatever stands in for a number in them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        else:
            continue
        if text.startswith("/") and "\n" not in text:
            try:
                yield resolve(text.partition("?")[0]).view_name
            except Resolver404:
                continue
