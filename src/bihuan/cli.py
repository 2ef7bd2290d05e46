"""The ``bihuan`` command: the same numbers as the pages, without a server.

The numeric commands load no Django. ``--json`` prints one JSON document on stdout and nothing else; messages go
to stderr. Exit 0 fine, 1 nothing usable, 2 wrong use, 3 done but with quarantined rows.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bihuan import __version__
from bihuan.engine.terminal import say
from bihuan.engine.workspace import NoWorkspace, workspace_of

LONGEST_LINE = 400     # letters of a nested part that people are shown
WIDEST_TABLE = 30      # columns; of a wider table people are shown those that say something

FINE, NOTHING_USABLE, WRONG_USE, QUARANTINED = 0, 1, 2, 3

# Command -> the function that does it: (Namespace) -> (exit code, JSON-able). Loaded only when it is called.
COMMANDS: dict[str, str] = {
    "import": "bihuan.engine.facts.commands:import_records",
    "presets": "bihuan.engine.facts.commands:presets",
    "undo": "bihuan.engine.facts.commands:undo",
    "batches": "bihuan.engine.facts.commands:batches",
    "doctor": "bihuan.engine.indicators.completeness:doctor",
    "backup": "bihuan.engine.facts.commands:backup",
    "restore": "bihuan.engine.facts.commands:restore",
    "indicators": "bihuan.engine.indicators.commands:indicators",
    "evaluate": "bihuan.engine.indicators.commands:evaluate",
    "rows": "bihuan.engine.indicators.commands:rows",
    "diff": "bihuan.engine.indicators.commands:diff",
    "process": "bihuan.engine.process.commands:process",
    "report": "bihuan.engine.report.commands:report",
    "survey": "bihuan.engine.survey.commands:survey",
    "themes": "bihuan.engine.text.themes.commands:themes",
    "verdict": "bihuan.engine.effects.commands:verdict",
    "demo": "bihuan.engine.demo.commands:demo",
    "verify-log": "bihuan.config.serve:verify_log_command",
    "up": "bihuan.config.serve:up_command",
}

def build_parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", metavar="DIR", help="workspace folder (default $BIHUAN_HOME, else ./bihuan-home)")
    common.add_argument("--json", action="store_true", help="print one JSON document on stdout and nothing else")
    parser = argparse.ArgumentParser(prog="bihuan", description="Closed-loop customer-service quality.")
    parser.add_argument("--version", action="version", version=f"bihuan {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[common], help=text, description=text)

    _add_data_commands(add)
    _add_number_commands(add)
    _add_verdict_command(add)
    _add_product_commands(add)
    return parser


def _add_data_commands(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    load = add("import", "Import a file of service records.")
    load.add_argument("file", metavar="FILE")
    load.add_argument("--table", help="the source table that the file fills (one mapping may fill several)")
    how = load.add_mutually_exclusive_group()
    how.add_argument("--preset", metavar="NAME", help="a mapping that is shipped or saved in the workspace")
    how.add_argument("--mapping", metavar="FILE.toml", help="a mapping file of your own")
    load.add_argument("--dry-run", action="store_true", help="read and check everything, keep nothing")
    add("presets", "List the mappings that can be used by name.")
    add("batches", "List the imports of the workspace, newest first.")
    add("undo", "Take one import back.").add_argument("batch", metavar="BATCH")
    add("doctor", "Check the workspace and say what to do.")
    add("backup", "Write the whole workspace into one file.").add_argument("file", metavar="FILE")
    add("restore", "Restore a backup into an empty workspace.").add_argument("file", metavar="FILE")


def _add_number_commands(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    add("indicators", "List the indicators with their definitions.")
    evaluate = add("evaluate", "Compute indicators with n, interval and band.")
    evaluate.add_argument("--indicators", metavar="A,B", help="names (default: all)")
    rows = add("rows", "List the rows behind a value.")
    rows.add_argument("--indicator", required=True, metavar="A")
    rows.add_argument("--group", action="append", default=[], metavar="K=V", help="one group of the evaluation")
    rows.add_argument("--limit", type=int, metavar="N")
    diff = add("diff", "List the cases on which two definitions differ.")
    diff.add_argument("indicator", metavar="A")
    diff.add_argument("other", metavar="B")
    report = add("report", "Write the service-quality evaluation report.")
    report.add_argument("-o", "--output", required=True, metavar="FILE.docx|.pdf|.xlsx")
    report.add_argument("--lang", default="zh-hans", choices=("zh-hans", "zh-hant", "en"))
    for command in (evaluate, rows, diff, report):
        command.add_argument("--period", default=None, help="day, week, month, quarter, year, all; or one period "
                             "such as 2016-03, 2016-Q1, 2016-W09")
        command.add_argument("--from", dest="start", type=_day, metavar="D", help="first day, e.g. 2016-03-01")
        command.add_argument("--to", dest="end", type=_day, metavar="D", help="last day")
        command.add_argument("--where", metavar="EXPR", help='e.g. "channel=phone"')
        command.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"), help=argparse.SUPPRESS)
    for command in (evaluate, report):
        command.add_argument("--by", metavar="A,B", help="agent, team, centre, vendor, channel, topic, product, ...")
    for command in (evaluate, rows, diff):
        command.add_argument("--known-at", type=_moment, metavar="T", help="data and definitions as known then (ISO)")
    survey = add("survey", "Analyse a file of answers to a questionnaire.")
    survey.add_argument("file", metavar="FILE")
    survey.add_argument("--mapping", required=True, metavar="FILE.toml", help="a mapping with a [survey] section")
    themes = add("themes", "Find what the texts of a column are about.")
    themes.add_argument("file", metavar="FILE")
    themes.add_argument("--column", required=True, metavar="TEXT", help="the column with the texts")
    themes.add_argument("--by", metavar="COLUMN", help="also count each theme by this column")
    themes.add_argument("--count", type=int, metavar="N", help="themes to look for (default: more for more texts)")
    process = add("process", "Show the process map and the variants of the event log.")
    process.add_argument("--top", type=int, default=20, metavar="N", help="variants to list")
    process.add_argument("--clock", default="wall", choices=("wall", "business"))
    process.add_argument("--where", metavar="EXPR")


def _add_verdict_command(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    verdict = add("verdict", "Judge whether a change worked, or check an archive's bundle.")
    verdict.add_argument("bundle", nargs="?", metavar="BUNDLE.zip", help="an archive: check it and judge it again")
    verdict.add_argument("--fingerprint", metavar="HASH", help="what the archive's page says of the bundle")
    verdict.add_argument("--indicator", metavar="A")
    verdict.add_argument("--change", type=_day, metavar="D", help="first day of the new way")
    verdict.add_argument("--from", dest="start", type=_day, metavar="D", help="first day of the data to use")
    verdict.add_argument("--until", type=_day, metavar="D", help="last day of the data to use")
    verdict.add_argument("--where", metavar="EXPR", help='who was touched, e.g. "team=T1"')
    verdict.add_argument("--against", metavar="EXPR", help='who was not, e.g. "team=T2"')
    verdict.add_argument("--donors", metavar="FIELD",
                         help="weigh those who were not one by one, told apart by FIELD, e.g. unit")
    verdict.add_argument("--worthwhile", type=float, metavar="X", help="smallest change worth the effort, e.g. 0.05")
    verdict.add_argument("--ramp", type=int, default=0, metavar="W",
                         help="the change grows over W weeks to its full height (default 0: at once)")
    verdict.add_argument("--guard", metavar="A,B", help="indicators that must not suffer")
    verdict.add_argument("--selected-from", type=int, default=1, metavar="N",
                         help="it was picked because it stood out among N")
    verdict.add_argument("--selected-until", type=_day, metavar="D", help="last day of the data it was picked by")
    verdict.add_argument("--grain", choices=("day", "week"), help="default: weeks where there are enough of them")
    verdict.add_argument("--yardstick", metavar="FILE", help="what was agreed beforehand, instead of all the above")


def _add_product_commands(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    up = add("up", "Start the product.")
    up.add_argument("--port", type=_port, default=8000)
    up.add_argument("--demo", action="store_true", help="load the demonstration company first")
    add("verify-log", "Check the hash chains of the audit log and the import journal.").add_argument(
        "--head", metavar="FILE", help="a head line that was printed or filed earlier")
    demo = add("demo", "Load the demonstration company into the workspace.")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--scale", default="demo", choices=("demo", "small"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2016-03-01") from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; write it like 2016-03-01T12:00+08:00") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} lacks its zone; write it like 2016-03-01T12:00+08:00")
    return moment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = build_parser().parse_args(arguments)
    try:
        args.home = workspace_of(args)
    except NoWorkspace as error:
        say(f"{error} 不是工作区。请检查 --home（或 BIHUAN_HOME）；新的工作区由 bihuan import 或 bihuan up 建立。",
            f"{error} is no workspace. Check --home (or BIHUAN_HOME); bihuan import or bihuan up begin a new one.")
        return NOTHING_USABLE
    except OSError as error:
        say(f"工作区文件夹不能用：{_told(error)}。请用 --home 指定另一个。",
            f"The workspace folder cannot be used: {_told(error)}. Name another with --home.")
        return NOTHING_USABLE
    module, name = COMMANDS[args.command].split(":")
    try:
        code, document = getattr(importlib.import_module(module), name)(args)
    except KeyboardInterrupt:
        say("已停止。", "Stopped.")
        return 130
    except BrokenPipeError:
        return FINE
    except (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        say(f"不能读写{_told(error)}。请检查路径与权限。",
            f"This cannot be read or written: {_told(error)}. Check the path and the rights.")
        return NOTHING_USABLE
    try:
        # A command that found nothing has said so itself.
        if document is not None and (document != [] or args.json or code == FINE):
            _print(document, as_json=args.json)
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as in: bihuan rows ... | head
        # Else the interpreter complains when it flushes on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _told(error: OSError) -> str:
    """The file and what is the matter with it, without the number that the system gives it."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _print(document: Any, *, as_json: bool) -> None:
    document = to_json(document)
    if as_json:
        json.dump(document, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    elif isinstance(document, list) and document and isinstance(document[0], dict):
        _print_table(document)
    elif isinstance(document, dict):
        for key, value in document.items():
            shown = value if isinstance(value, str | int | float) or value is None else _nested(value)
            print(f"{key}: {'-' if shown is None else shown}")
    elif document == []:
        say("（没有内容）", "(nothing)")
    else:
        print(document)


def _nested(value: list[Any] | dict[str, Any]) -> str:
    """Return a nested part on one line; what no line holds is counted, ``--json`` has it whole."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_LINE else f"({len(value)} entries: see --json)"


def _print_table(rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if any(not isinstance(row.get(name), list | dict) or row.get(name)
                                             for row in rows)]
    if len(names) > WIDEST_TABLE:
        names = [name for name in names if any(row.get(name) is not None for row in rows)]
    print("\t".join(names))
    for row in rows:
        print("\t".join(_cell(row.get(name)) for name in names))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return " ".join(f"{key}={_cell(item)}" for key, item in value.items())
    return str(value).replace("\n", " ").replace("\t", " ")


def to_json(value: Any) -> Any:
    """Turn dataclasses, times, paths and tuples into what JSON can say; a float that is no number becomes None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_json(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and value != value:
        return None
    return value
