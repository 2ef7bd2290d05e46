"""What a file of a person's own says, as far as a machine can read it: so that it can be masked or looked through."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path

PLAIN = (".txt", ".csv", ".tsv", ".md", ".log", ".json")
OFFICE = (".docx", ".xlsx", ".pptx")
PRINTER = "printerSettings"         # says how to print, in a code of the printer's own
LARGEST_TEXT = 64 << 20
# Words of a document are cut into runs in the middle of a number; the cells of a sheet are not one word.
BREAKS = re.compile(r"</(?:w:p|a:p|c|si|row|v)>")
TAGS = re.compile(r"<[^>]*>")


def read_plain(path: Path) -> str | None:
    """Return the text of a plain file in the encodings that offices use; None for anything else."""
    if path.suffix.lower() not in PLAIN or path.stat().st_size > LARGEST_TEXT:
        return None
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def text_of(path: Path) -> str | None:
    """Return all words of a plain or office file; None for one that only people can read: a picture, a PDF, a scan.

    An office file with a picture or another file inside is one of those.
    """
    if path.suffix.lower() in OFFICE:
        return _office_text(path)
    return read_plain(path)


def _office_text(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as file:
            members = file.infolist()
            known = all(one.is_dir() or one.filename.endswith((".xml", ".rels")) or PRINTER in one.filename
                        for one in members)
            if not known or sum(one.file_size for one in members) > LARGEST_TEXT:
                return None
            parts = [file.read(one).decode("utf-8", "replace") for one in members if one.filename.endswith(".xml")]
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return None
    return html.unescape("\n".join(TAGS.sub("", BREAKS.sub("\n", part)) for part in parts))
