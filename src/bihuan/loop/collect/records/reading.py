"""What the engine sees in an uploaded file: how it is written, which mapping fits, what its rows would become."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import languages, workspace
from bihuan.core.languages import beside
from bihuan.engine.facts import importing, presets
from bihuan.engine.facts.decisions import change
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.mapping import Mapping, MappingError, parse, text_of_mapping
from bihuan.engine.facts.papers import ERROR_COLUMNS
from bihuan.engine.facts.sniffing import open_text

from . import completeness, drafts, labels, looks, suggest
from .answers import answered
from .errors import Refused, sentence_of
from .models import Upload

# What the journal calls a mapping that was made on the page and not kept.
OWN = "draft"
SAMPLE_ROWS = 8
SAMPLE_VALUES = 3
PREVIEW_ROWS = 20
# Of a bigger text file the preview reads only the beginning; of a bigger file of another kind there is none.
WHOLE_BYTES = 4 * 1024 * 1024
CUT_LETTERS = 400_000
LARGEST_BYTES = 64 * 1024 * 1024
HEADED = ("csv", "xlsx")
CUTTABLE = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Seen:
    """The file as recognised: ``recognised`` fills the reading form; ``likely`` are fitting mappings, best first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    recognised: dict[str, Any]
    likely: tuple[str, ...]
    recognised_title: str


@dataclass(frozen=True)
class Offer:
    """One mapping to choose."""

    name: str
    label: str


@dataclass(frozen=True)
class Preview:
    """Rows as they would be, or why they cannot be shown."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    problem: str = ""


def known_mappings() -> list[Mapping]:
    """Return the shipped mappings and the workspace's own."""
    return list(presets.all(workspace.home()))


def sniffed_or_problem(upload: Upload) -> tuple[Seen | None, str]:
    """Return what the file looks like, or the sentence that says why it cannot be read."""
    if not upload.path.exists():
        return None, str(Refused("gone"))
    try:
        return _seen(upload), ""
    except (FactsError, MappingError) as error:
        return None, problem_of(upload, error)


def problem_of(upload: Upload, error: Exception) -> str:
    """Return what an error says, with the file's own name in place of the one it lies under."""
    return sentence_of(error).replace(upload.path.name, upload.name)


def _seen(upload: Upload) -> Seen:
    chosen = upload.mapping.get("reading", {})
    sniffed = looks.sniffed(upload)
    sheet = chosen.get("sheet") or sniffed.sheet
    recognised = {"encoding": sniffed.encoding, "delimiter": sniffed.delimiter, "sheet": sheet,
                  "sheets": sniffed.sheets, "header_row": sniffed.header_row if sniffed.format in HEADED else None}
    # Asked anew: mappings may have been kept since the look was taken.
    likely = presets.likely(workspace.home(), sniffed.format, sniffed.columns)
    sure = likely[0][0] if likely and likely[0][1] == 1 else ""
    titles = {known.name: title_of(known) for known in known_mappings()}
    return Seen(columns=sniffed.columns, rows=sniffed.rows[:SAMPLE_ROWS], recognised=recognised,
                likely=tuple(name for name, _share in likely), recognised_title=titles.get(sure, ""))


def title_of(mapping: Mapping) -> str:
    """Return a mapping's title in the reader's language."""
    return languages.chosen(mapping.title) or mapping.name


def _language() -> str:
    return languages.code()


def offers(upload: Upload, seen: Seen) -> list[Offer]:
    """Return the mappings for the choice: those that fit the file first, then the workspace's own, then the rest."""
    def order(mapping: Mapping) -> tuple[int, bool, str]:
        fits = seen.likely.index(mapping.name) if mapping.name in seen.likely else len(seen.likely)
        return fits, mapping.shipped, mapping.name

    return [Offer(known.name, beside(title_of(known), _("、").join(labels.table(one) for one in known.tables)))
            for known in sorted(known_mappings(), key=order)]


def way_chosen(upload: Upload, seen: Seen, offered: list[Offer]) -> dict[str, Any]:
    """Return what the choice of mapping shows at first: what was chosen before, else what was recognised."""
    draft = upload.mapping.get("draft") or (not upload.preset and mended_draft(upload, seen))
    if draft:
        return {"way": "own", "table": draft["table"]}
    known = bool(upload.preset or seen.recognised_title)
    return {"way": "preset" if known else "own", "preset": upload.preset or (offered[0].name if offered else ""),
            "table": "cases"}


def mapping_of(upload: Upload) -> Mapping:
    """Return the mapping chosen for a file, with how the file is to be read; refuses when there is none."""
    chosen, draft = upload.mapping.get("reading", {}), upload.mapping.get("draft")
    if draft:
        try:
            mapping = parse(drafts.to_toml(draft, name=OWN), name=OWN)
        except MappingError as error:
            raise Refused("mapping", reason=error.text(_language())) from error
    else:
        mapping = next((known for known in known_mappings() if known.name == upload.preset), None)
        if mapping is None:
            raise Refused("no_mapping")
    for key, value in chosen.items():
        mapping = change(mapping, key, str(value))
    mapping = answered(mapping, upload.mapping.get("answers", []))
    # The stored file has a random name; ids built on "{file}" must not change with it.
    return replace(mapping, source=mapping.source.replace("{file}", importing.file_source(upload.name)))


def mended_draft(upload: Upload, seen: Seen) -> drafts.Draft | None:
    """Return the mapping that was made by hand for the file whose refused rows these are, None for other files."""
    if not set(ERROR_COLUMNS) <= set(seen.columns):
        return None
    fields = set(seen.columns)
    imported = Upload.objects.for_user(upload.owner).filter(state=Upload.State.IMPORTED)
    for earlier in imported.order_by("-changed_at")[:50]:
        draft = earlier.mapping.get("draft")
        columns = set(drafts.columns_of(draft)) if draft else set()
        if columns and columns <= fields and upload.name.startswith(Path(earlier.name).stem.split(".")[0]):
            return draft
    return None


def first_draft(upload: Upload, table: str) -> drafts.Draft:
    """Return a draft for a table with the likely column for each field already chosen."""
    draft = upload.mapping.get("draft")
    seen = _seen(upload)
    draft = draft or mended_draft(upload, seen)
    if draft and draft["table"] == table:
        return draft
    columns = list(seen.columns)
    cells = samples(upload)
    guessed = suggest.first_guess(table, columns, suggest.known_names(known_mappings()), cells)
    fields = {field: {"column": column, "parser": drafts.parsers(table, field)[0]}
              for field, column in guessed.items() if not suggest.is_no_code(field, cells.get(column, []))}
    for field in (one for one in drafts.required_fields(table) if drafts.is_moment(table, one) and one not in fields):
        if column := suggest.only_dates(cells, {told["column"] for told in fields.values()}):
            fields[field] = {"column": column, "parser": drafts.parsers(table, field)[0]}
    for field, told in fields.items():
        if drafts.is_moment(table, field) and (both := suggest.day_and_time(told["column"], cells)):
            told["column"], told["time"] = both
    source = importing.file_source(upload.name)
    events = suggest.likely_events(cells, fields) if table == "cases" else []
    return {"table": table, "source": source, "dates": "", "keep_rest": False, "fields": fields, "events": events}


def columns_of(upload: Upload) -> tuple[str, ...]:
    return _seen(upload).columns


def columns_for(upload: Upload, table: str) -> dict[str, list[str]]:
    """Return the file's columns for each field, likeliest first."""
    columns, known = list(_seen(upload).columns), suggest.known_names(known_mappings())
    return {field: suggest.ranked(table, field, columns, known) for field in drafts.offered_fields(table)}


def samples(upload: Upload) -> dict[str, list[str]]:
    """Return the first few different values of each column."""
    seen = _seen(upload)
    found: dict[str, list[str]] = {}
    for place, column in enumerate(seen.columns):
        cells = [row[place] for row in seen.rows if place < len(row) and row[place]]
        found[column] = [str(cell)[:40] for cell in dict.fromkeys(cells)][:SAMPLE_VALUES]
    return found


def preview_or_problem(upload: Upload) -> Preview:
    """Return the first rows as the mapping makes them."""
    try:
        mapping = mapping_of(upload)
        if upload.size <= WHOLE_BYTES:
            return _preview(upload.path, mapping)
        if any(suffix in upload.suffix for suffix in CUTTABLE):
            return _preview_of_beginning(upload, mapping)
        if upload.size > LARGEST_BYTES:
            return Preview(problem=_("文件较大，这里不预览。请直接试运行，结果页会列出全部问题。"))
        return _preview(upload.path, mapping)
    except (FactsError, MappingError, Refused) as error:
        return Preview(problem=problem_of(upload, error))


def _preview(path: Path, mapping: Mapping) -> Preview:
    source = mapping.source or importing.file_source(path.name)
    shown = importing.preview(workspace.home(), path, mapping=mapping, rows=PREVIEW_ROWS)
    table = mapping.plans[0].table
    rows = tuple(tuple(_bare(labels.shown(table, name, cell), name, source) for name, cell in zip(shown.columns, row))
                 for row in shown.rows)
    return Preview(columns=tuple(labels.field(name) for name in shown.columns), rows=rows)


def _bare(cell: str | None, name: str, source: str) -> str | None:
    """A number as its own system has it: that of the source before it is ours."""
    return cell.removeprefix(f"{source}:") if cell is not None and name in ("id", "case", "customer", "agent") else cell


def beginning_of(upload: Upload) -> str:
    """Return the first rows of a big text file."""
    with open_text(upload.path, _seen(upload).recognised["encoding"] or "utf-8") as file:
        text = file.read(CUT_LETTERS)
    return text[:text.rfind("\n") + 1]


def _preview_of_beginning(upload: Upload, mapping: Mapping) -> Preview:
    """Preview a big text file by a copy of its first rows, in UTF-8 whatever the file is in."""
    recognised = _seen(upload).recognised
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".txt", dir=upload.path.parent) as cut:
        cut.write(beginning_of(upload))
        cut.flush()
        return _preview(Path(cut.name), replace(mapping, encoding="utf-8", delimiter=recognised["delimiter"]))


@dataclass(frozen=True)
class MappingLine:
    """One kept mapping in the list."""

    name: str
    title: str
    reads: str
    tables: str
    own: bool


def mapping_lines() -> list[MappingLine]:
    """Return all kept mappings, the workspace's own first."""
    lines = [MappingLine(one.name, title_of(one), one.reads, _("、").join(labels.table(table) for table in one.tables),
                         not one.shipped) for one in known_mappings()]
    return sorted(lines, key=lambda line: (not line.own, line.title))


def mapping_text(name: str) -> str | None:
    """Return a kept mapping as the text of a file; None when there is none of that name."""
    found = next((one for one in known_mappings() if one.name == name), None)
    return None if found is None else text_of_mapping(found)


def without_unit(upload: Upload, found: dict[str, Any]) -> int:
    """Return how many cases of a dry run come without a unit: nobody whose reach ends at units sees them."""
    cost = found["costs"].get("cases.unit")
    if cost:
        return int(cost["missing"] + cost["bad"])
    plans = [plan for plan in mapping_of(upload).plans if plan.table == "cases"]
    if any("unit" in plan.fields and plan.fields["unit"].constant is not None for plan in plans):
        return 0
    counts = found["tables"].get("cases", {})
    return sum(int(counts.get(name, 0)) for name in ("accepted", "updated", "unchanged"))


def cost_lines(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what missing and bad cells of a dry run cost the indicators, the worst first."""
    lines = []
    for place, cost in found["costs"].items():
        table, _dot, field = place.partition(".")
        effect = completeness.WATCHED.get(table, {}).get(field)
        lost = cost["missing"] + cost["bad"]
        if lost and (effect or cost["bad"]):
            lines.append({"table": table, "field": field, "bad": cost["bad"], "missing": cost["missing"],
                          "of": cost["of"], "share": lost / cost["of"] if cost["of"] else None,
                          "effect": effect or _("含问题的行未导入，所有用到这些行的指标都少计")})
    return sorted(lines, key=lambda line: -(line["share"] or 0))
