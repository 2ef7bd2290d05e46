"""XES event logs (also .gz), streamed: a record an event, the trace's attributes as ``case:<key>`` beside its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

import duckdb

from ..errors import FactsError
from ..sniffing import open_bytes
from .base import Raw
from .flat import load_flat

BLOCK = 1 << 20
SCALARS = {"string", "date", "int", "float", "boolean", "id"}


def read(con: duckdb.DuckDBPyConnection, path: Path) -> Raw:
    """Read all events; columns are the union of the keys met, in their order. Nested attributes are left out."""
    columns = load_flat(con, "raw_text", events(path))
    if not columns:
        raise FactsError("no_records", file=path.name)
    return Raw("raw_text", columns, trim=False)


def events(path: Path) -> Iterator[dict[str, str | None]]:
    """The events of a log, one dictionary each."""
    log = _Log()
    with open_bytes(path) as file:
        while block := file.read(BLOCK):
            log.feed(block, path)
            yield from log.take()
    log.feed(b"", path, final=True)
    yield from log.take()


class _Doctype(Exception):
    """The file declares a document type."""


class _Log:
    """Follows the XML and remembers no more than the trace at hand."""

    def __init__(self) -> None:
        self._events: list[dict[str, str | None]] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] | None = None
        self._depth = 0          # how deep inside an attribute
        self._inside = ""        # "", "trace" or "other"
        self._traces = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # XES knows no document type; entities that grow, or name files, need one.
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, block: bytes, path: Path, *, final: bool = False) -> None:
        try:
            self._parser.Parse(block, final)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code)
            raise FactsError("broken_xml", file=path.name, line=error.lineno, problem=problem) from None
        except (LookupError, ValueError):  # an encoding that nobody knows, or that the parser cannot follow
            raise FactsError("broken_xml", file=path.name, line=1, problem="unknown encoding") from None
        except _Doctype:
            line = self._parser.CurrentLineNumber
            raise FactsError("broken_xml", file=path.name, line=line, problem="document type") from None

    def take(self) -> Iterator[dict[str, str | None]]:
        taken, self._events = self._events, []
        yield from taken

    def _refuse(self, *_declaration: object) -> None:
        raise _Doctype

    def _start(self, name: str, about: dict[str, str]) -> None:
        if self._depth:
            self._depth += 1
        elif name == "trace":
            self._traces += 1
            self._trace, self._inside = {}, "trace"
        elif name == "event":
            self._event = {}
        elif name in ("global", "classifier", "extension"):
            self._depth = 1
        elif "key" in about:
            self._depth = 1
            if name in SCALARS and "value" in about:
                self._keep(about["key"], about["value"])

    def _keep(self, key: str, value: str) -> None:
        if self._event is not None:
            self._event[key] = value
        elif self._inside == "trace":
            self._trace[f"case:{key}"] = value

    def _end(self, name: str) -> None:
        if self._depth:
            self._depth -= 1
        elif name == "event" and self._event is not None:
            # A trace without a name still is one case: it is known by its place in the log.
            self._events.append({"case:concept:name": str(self._traces), **self._trace, **self._event})
            self._event = None
        elif name == "trace":
            self._inside = ""


