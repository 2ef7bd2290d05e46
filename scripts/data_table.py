"""Write ``docs/reference/data-files.md``: what becomes of each file of a folder of real records, by a shipped mapping.

``BIHUAN_DATA=DIR python scripts/data_table.py`` imports every file below DIR into an empty workspace of its own, one at
a time, with the mapping that its header is recognised by. ``--only PART`` takes the files whose path contains PART and
prints the lines instead of writing them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bihuan.engine.facts import freshness
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.home import open_home

OUT = Path(__file__).resolve().parent.parent / "docs" / "reference" / "data-files.md"
# Files that hold no service records, by the beginning of their names, and why.
NO_RECORDS = {
    "README": "a description", "sfo_dictionary": "the words of the codes", "gov_message_taxonomy": "a list of topics",
    "abcd_guidelines": "procedures", "abcd_kb": "procedures", "abcd_ontology": "lists of intents and actions",
    "audit_log": "changes of settings", "brand": "settings", "daylight_time": "settings", "domain_name": "settings",
    "organization": "companies that customers belong to", "schedule": "opening hours: set them as a calendar",
    "sla_policy": "settings", "ticket_form_history": "settings", "ticket_schedule": "settings",
    "ticket_sla_policy": "settings", "ticket_tag": "tags", "time_zone": "settings", "user_tag": "tags",
    "block": "settings", "contact_mailing_list": "settings", "core_mailing_list": "settings", "directory.": "settings",
    "directory_mailing": "settings", "distribution.": "settings of a dispatch", "question.": "settings",
    "question_option": "settings", "sub_question": "settings", "survey.": "settings",
    "survey_embedded": "values without a time", "survey_version": "settings", "user.": "users of the survey tool",
}
HEAD = """# What becomes of real files

Written by `scripts/data_table.py`; do not edit. Each file is imported alone, into an empty workspace, with the shipped
mapping that its header is recognised by. Records: read = accepted + unchanged + quarantined. Unchanged in a first
import are records that the mapping has no use for (changes of other fields).

On the pages of 数据导入 the same mappings are chosen by themselves, and every one of these files goes from its
upload to its batch with what is chosen there; one asks a question: `telco_fictional_churn.xlsx` hides rows by a
filter, and a person says whether they count (yes is likeliest).

| file | mapping | read | accepted | unchanged | quarantined | rows by table | bad cells, by what is wrong |
|---|---|---|---|---|---|---|---|
"""


def main() -> int:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--only", default="")
    only = told.parse_args().only
    folder = os.environ.get("BIHUAN_DATA")
    if not folder:
        print("BIHUAN_DATA names no folder", file=sys.stderr)
        return 2
    freshness.refresh = lambda *_, **__: 0  # type: ignore[assignment]  # the facts are not asked for
    files = [file for file in sorted(Path(folder).rglob("*")) if file.is_file() and only in str(file)]
    rows, others = [], []
    for file in files:
        name = str(file.relative_to(folder))
        why = next((why for start, why in NO_RECORDS.items() if file.name.startswith(start)), None)
        if why:
            if taken := taken_for(file):
                print(f"{name} holds no records, yet is taken for {taken}", file=sys.stderr)
            others.append(f"| `{name}` | {why} |")
        else:
            rows.append(line(file, name))
            print(rows[-1], flush=True)
    if not only:
        OUT.write_text(HEAD + "\n".join(rows) + "\n\nNo service records, and not imported:\n\n| file | what it is |\n"
                       "|---|---|\n" + "\n".join(others) + "\n", encoding="utf-8")
    return 0


def taken_for(file: Path) -> str | None:
    """The mapping that a file's header is recognised by, if any: without being asked a command would import it."""
    with tempfile.TemporaryDirectory() as place:
        try:
            return sniff(open_home(Path(place) / "home"), file).preset
        except FactsError:
            return None


def line(file: Path, name: str) -> str:
    """The table's line of one file; a file that cannot be read says why."""
    with tempfile.TemporaryDirectory() as place:
        home = open_home(Path(place) / "home")
        try:
            preset = sniff(home, file).preset
            done = import_file(home, file, preset=preset)
        except FactsError as error:
            return f"| `{name}` | - | - | - | - | - | - | {error.text('en')} |"
    filled = {table: sum(counts.values()) for table, counts in done.tables.items()}
    tables = ", ".join(f"{table} {count}" for table, count in filled.items() if count)
    wrong = Counter(f"{cell.column or 'record'}: {cell.code}" for cell in done.cells)
    return (f"| `{name}` | `{done.mapping}` | {done.read} | {done.accepted} | {done.unchanged} | {done.quarantined} | "
            f"{tables} | {'; '.join(causes(wrong)) or '-'} |")


def causes(wrong: Counter[str]) -> Iterator[str]:
    for cause, times in wrong.most_common(4):
        yield f"{cause} {times}"


if __name__ == "__main__":
    raise SystemExit(main())
