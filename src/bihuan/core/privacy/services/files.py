"""Files of this room: a customer's own data, a list of contacts, and the mark that every file carries."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import closed_to
from bihuan.engine.facts.guarding import guarded
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.engine.facts.privacy.vault import open_vault

from ..contracts import Watermark
from ..queries.people import IDENTIFIERS, identifiers_in_lake, is_held, rows_of
from .contact import active_refusals
from .reveal import RIGHT

# In a sheet's XML the header follows the page's set-up, which follows its margins; xlsxwriter always writes the latter.
BEFORE_HEADER = re.compile(r"<pageMargins[^>]*/>(?:<pageSetup[^>]*/>)?")
HEADER_FOOTER = re.compile(r"<headerFooter\b.*?</headerFooter>|<headerFooter\b[^>]*/>", re.DOTALL)
CORE_PROPERTIES = re.compile(r"<dc:(creator|description)>.*?</dc:\1>|<dc:(?:creator|description)/>", re.DOTALL)


def marked_workbook(headings: Sequence[str], rows: Iterable[Sequence[Any]], watermark: Watermark, *,
                    about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return an Excel file with the mark on every page, in the properties and on its own sheet; cells are locked."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        mark_workbook(book, watermark)
        notes = book.add_worksheet(_("说明"))
        for line, (name, value) in enumerate([*about, (_("水印"), watermark.line())]):
            notes.write_string(line, 0, name)
            notes.write_string(line, 1, value)
        sheet = book.add_worksheet(_("明细"))
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write_string(line, place, str(value))
        for each in (notes, sheet):
            mark_sheet(each, watermark)
    return buffer.getvalue()


def mark_workbook(book: Any, watermark: Watermark) -> None:
    """Put the mark into an open xlsxwriter workbook's properties."""
    book.set_properties({"author": watermark.person, "comments": watermark.line(), "keywords": watermark.purpose})


def mark_sheet(sheet: Any, watermark: Watermark) -> None:
    """Print the mark on every page of an open xlsxwriter sheet and lock its cells."""
    # & begins a code in headers; 255 characters are the most they hold.
    text = watermark.line().replace("&", "&&")[:240]
    sheet.set_header(f"&C{text}")
    sheet.set_footer(f"&C{text}")
    sheet.protect("", {"autofilter": True, "sort": True, "select_locked_cells": True})


def marked_excel(content: bytes, watermark: Watermark) -> bytes:
    """Return a finished Excel file with the mark in its properties, and in header and footer of every sheet.

    For forms that people go on filling in: cells stay as they are, what the sheets print otherwise stays too.
    """
    line, out = watermark.line(), io.BytesIO()
    text = escape(line.replace("&", "&&")[:240])
    printed = f"<headerFooter><oddHeader>&amp;C{text}</oddHeader><oddFooter>&amp;C{text}</oddFooter></headerFooter>"
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as marked:
        for part in book.infolist():
            data = book.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                sheet = HEADER_FOOTER.sub("", data.decode())
                data = BEFORE_HEADER.sub(lambda found: found[0] + printed, sheet, count=1).encode()
            elif part.filename == "docProps/core.xml":
                told = (f"<dc:creator>{escape(watermark.person)}</dc:creator>"
                        f"<dc:description>{escape(line)}</dc:description>")
                core = CORE_PROPERTIES.sub("", data.decode())
                data = core.replace("</cp:coreProperties>", f"{told}</cp:coreProperties>").encode()
            marked.writestr(part, data)
    return out.getvalue()


def marked_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]], watermark: Watermark) -> bytes:
    """Return CSV (UTF-8 with BOM) whose first line is the mark, as a comment."""
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff" + csv_mark(watermark))
    writer = csv.writer(buffer)
    writer.writerow([guarded(heading) for heading in headings])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()


def csv_mark(watermark: Watermark) -> str:
    """Return the first line of a CSV file: the mark as one cell, whatever stands in a name, as a comment."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([guarded(f"# {watermark.line()}")])
    return buffer.getvalue()


def typst_mark(watermark: Watermark) -> str:
    """Return the Typst rule that prints the mark across every page of a PDF; goes before the document's content."""
    text = json.dumps(watermark.line(), ensure_ascii=False)
    return f"#set page(background: rotate(-35deg, text(20pt, fill: luma(215), {text})))\n"


def contact_list(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Make the file of an export ``privacy.contacts``: who may be contacted over a channel, and how.

    Blocked customers and those who refused the channel are left out; the sheet says how many, and which numbers nobody
    has. What the roles of whoever asked keep closed by now has no column.
    """
    customers, channel = list(dict.fromkeys(args["customers"])), args["channel"]
    now, home = datetime.now(workspace.zone()), workspace.home()
    blocked = blocked_customers(home)
    allowed = [customer for customer in customers if customer not in blocked
               and not active_refusals(customer, now).filter(channel__in=("", channel)).exists()]
    sealed = open_vault(home).get_many(allowed)
    known = {customer: {**identifiers_in_lake(customer), **sealed.get(customer, {})} for customer in allowed}
    unknown = [customer for customer, values in known.items() if not values and not is_held(customer)]
    shown = [name for name in IDENTIFIERS if name not in closed_to(actor, RIGHT)]
    rows = [[customer, *(values.get(name) for name in shown)] for customer, values in known.items()
            if customer not in unknown]
    about = [(_("内容"), _("联系名单")), (_("行数"), str(len(rows))),
             (_("因勿扰或停止处理而未列入"), str(len(customers) - len(allowed))),
             (_("没有这个客户编号"), ", ".join(unknown) or _("无"))]
    words = {"name": _("姓名"), "phone": _("电话"), "email": _("邮箱")}
    headings = [_("客户编号"), *(words[name] for name in shown)]
    return "contacts.xlsx", marked_workbook(headings, rows, watermark, about=about)


def own_data(customer: str) -> bytes:
    """Return everything held about a customer as a ZIP: one JSON for machines, one CSV a table for people."""
    tables: dict[str, list[dict[str, Any]]] = {name: rows for name, rows in rows_of(customer).items() if rows}
    kept = {name: value for name, value in open_vault(workspace.home()).get(customer).items()
            if not name.startswith("text:")}
    if kept:
        tables["identifiers"] = [kept]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(tables, ensure_ascii=False, indent=1, default=_told))
        for name, rows in tables.items():
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows({key: guarded(_told(value)) for key, value in row.items()} for row in rows)
            archive.writestr(f"{name}.csv", "\ufeff" + text.getvalue())
    return buffer.getvalue()


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(workspace.zone()).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
