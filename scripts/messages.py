"""Build the language catalogues: English from ``locale/parts/*.json``, traditional Chinese by OpenCC.

The source language of every text is simplified Chinese, so that it is complete by construction. A text without
English is an error: the command lists each one with the file that uses it.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import polib
from opencc import OpenCC

ROOT = Path(__file__).resolve().parent.parent / "src" / "bihuan"
PARTS = ROOT / "locale" / "parts"
CHINESE = re.compile(r"[\u3400-\u9fff\u3001-\u300f\uff00-\uff5e“”]")

# {% translate "..." %}, {% trans '...' %}, {% blocktranslate %}...{% endblocktranslate %}, _("..."), gettext("...")
TAG = re.compile(r"""\{%-?\s*trans(?:late)?\s+(?:"([^"]*)"|'([^']*)')""")
INLINE = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')\s*\)""")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
CALL = re.compile(rf"\b(?:_|gettext|gettext_lazy|gettext_noop|ngettext|ngettext_lazy)\(\s*((?:{QUOTED}\s*)+)")
# pgettext("menu", "..."): the same Chinese that reads otherwise there; its English is that of "menu|..." if any.
CONTEXT = re.compile(rf"\b(?:pgettext|pgettext_lazy)\(\s*({QUOTED})\s*,\s*({QUOTED})")
LITERAL = re.compile(QUOTED)
# ngettext("...", "...", n): both forms, each of one or more literals.
COUNTED = re.compile(rf"\bngettext(?:_lazy)?\(\s*((?:{QUOTED}\s*)+),\s*((?:{QUOTED}\s*)+)")
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def texts_of_template(text: str) -> set[str]:
    """Return the texts as Django looks them up: with each plain percent sign doubled."""
    found = {(one or other).replace("%", "%%") for one, other in TAG.findall(text)}
    found |= {one or other for one, other in INLINE.findall(text)}
    for options, body in BLOCK.findall(text):
        found |= set(_forms(options, body))
    return found


def _forms(options: str, body: str) -> list[str]:
    """Return the one form of a block, or both of one that counts."""
    parts = [VARIABLE.sub(r"%(\1)s", part.replace("%", "%%")) for part in PLURAL.split(body)]
    return [" ".join(line.strip() for line in part.splitlines()).strip() if "trimmed" in options else part
            for part in parts]


def used_counted() -> set[tuple[str, str]]:
    """Return (singular, plural) of what is said of a number: Django looks these up apart from the other texts."""
    found: set[tuple[str, str]] = set()
    for path in ROOT.rglob("*"):
        if "tests" in path.parts or path.suffix not in (".html", ".txt", ".py"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            pairs = [[_joined(one), _joined(other)] for one, other in COUNTED.findall(text)]
        else:
            pairs = [_forms(options, body) for options, body in BLOCK.findall(text)]
        found |= {(pair[0], pair[1]) for pair in pairs if len(pair) == 2}
    return found


def texts_of_python(text: str) -> set[str]:
    return {_joined(call) for call in CALL.findall(text)}


def _joined(literals: str) -> str:
    return "".join(ast.literal_eval(literal) for literal in LITERAL.findall(literals))


def contexts_of_python(text: str) -> set[tuple[str, str]]:
    return {(ast.literal_eval(context), ast.literal_eval(told)) for context, told in CONTEXT.findall(text)}


def used_in_context() -> dict[tuple[str, str], str]:
    """Return every (context, text) of the product with the first file that uses it."""
    used: dict[tuple[str, str], str] = {}
    for path in sorted(ROOT.rglob("*.py")):
        if "tests" not in path.parts:
            for pair in contexts_of_python(path.read_text(encoding="utf-8")):
                used.setdefault(pair, str(path.relative_to(ROOT)))
    return used


def used_texts() -> dict[str, str]:
    """Return every translatable text of the product with the first file that uses it."""
    used: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*")):
        if "tests" in path.parts or path.suffix not in (".html", ".txt", ".py"):
            continue
        text = path.read_text(encoding="utf-8")
        found = texts_of_python(text) if path.suffix == ".py" else texts_of_template(text)
        for message in found:
            if message:
                used.setdefault(message, str(path.relative_to(ROOT)))
    return used


def english(used: Iterable[str] = ()) -> dict[str, str]:
    """Return the translations; a used text with doubled percent signs has that of its single ones."""
    catalogue: dict[str, str] = {}
    for path in sorted(PARTS.glob("*.en.json")):
        for text, told in json.loads(path.read_text(encoding="utf-8")).items():
            if catalogue.setdefault(text, told) != told:
                # Else one of the two would be shown in the other's place, and nobody would see which.
                raise SystemExit(f"{path.name}: {text!r} is {told!r} here and {catalogue[text]!r} before: one English,"
                                 " or another Chinese, or a context")
    doubled = {text: catalogue[plain].replace("%", "%%") for text in used
               if "%%" in text and (plain := text.replace("%%", "%")) in catalogue and "%(" not in text}
    return doubled | catalogue


def write(language: str, entries: dict[str, str], contexts: dict[tuple[str, str], str],
          counted: Iterable[tuple[str, str]]) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
                          "Language": language, "Plural-Forms": "nplurals=1; plural=0;"}
    for source, translated in sorted(entries.items()):
        catalogue.append(polib.POEntry(msgid=source, msgstr=translated))
    for source, plural in sorted(counted):
        if source in entries:
            catalogue.append(polib.POEntry(msgid=source, msgid_plural=plural, msgstr_plural={0: entries[source]}))
    for (context, source), translated in sorted(contexts.items()):
        catalogue.append(polib.POEntry(msgctxt=context, msgid=source, msgstr=translated))
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))


def main() -> int:
    used, contexts, counted = used_texts(), used_in_context(), used_counted()
    translated = english(used)
    told = {pair: translated.get("|".join(pair)) or translated.get(pair[1], "") for pair in contexts}
    missing = {text: where for text, where in used.items() if CHINESE.search(text) and not translated.get(text)}
    missing |= {"|".join(pair): contexts[pair] for pair, text in told.items() if not text}
    convert = OpenCC("s2tw").convert
    everything = {*used, *(text for text in translated if "|" not in text or text in used)}
    write("en", {text: translated[text] for text in everything if translated.get(text)},
          {pair: text for pair, text in told.items() if text}, counted)
    write("zh_Hant", {text: convert(text) for text in everything if CHINESE.search(text)},
          {pair: convert(pair[1]) for pair in contexts}, counted)
    for text, where in sorted(missing.items(), key=lambda item: item[1]):
        print(f"no English for {text!r} ({where}); add it to src/bihuan/locale/parts/", file=sys.stderr)
    if "--check" in sys.argv:
        return 1 if missing else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
