"""Rows that many tests begin with: the services write them in a process's first test, later tests get the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery

# By name and by the installation's secret, under which the audit chain hashes.
STATEMENTS: dict[tuple[str, str], list[tuple[str, Any]]] = {}
FILES: dict[tuple[str, str], dict[Path, bytes]] = {}
AT_ONCE = 50    # rows in a statement: SQLite takes no more than so many values


def kept(name: str, models: Sequence[type[Model]], make: Callable[[], object], *, folder: Path | None = None) -> None:
    """Let ``make`` write the new rows of ``models`` (in the order of their references), or write them as it did.

    Their keys are the same in every test, those of ``build_cast`` too, so references hold. Entries of the audit chain
    are written only if they are among ``models``. What ``make`` leaves in ``folder`` is put there again, too.
    """
    key = (name, settings.SECRET_KEY)
    if key in STATEMENTS:
        for place, content in FILES[key].items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content)
        with connection.cursor() as cursor:
            for statement, values in STATEMENTS[key]:
                cursor.execute(statement, values)
        return
    before = [set(model._default_manager.values_list("pk", flat=True)) for model in models]
    make()
    written = [statement for model, there in zip(models, before, strict=True) for statement in _insert(model, there)]
    FILES[key] = {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()
                  } if folder else {}
    STATEMENTS[key] = _as_one(written) if connection.vendor == "postgresql" else written


def any_rows(models: Sequence[type[Model]]) -> bool:
    """Whether any of the tables holds a row."""
    tables = (connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables))
        return bool(cursor.fetchone()[0])


def _insert(model: type[Model], there: set[Any]) -> Iterator[tuple[str, Any]]:
    """The statements that write the model's rows other than those there: preparing them costs more than running."""
    rows = list(model._default_manager.exclude(pk__in=there))
    for start in range(0, len(rows), AT_ONCE):
        query = InsertQuery(model)
        query.insert_values(model._meta.concrete_fields, rows[start:start + AT_ONCE], raw=True)
        yield from query.get_compiler(connection=connection).as_sql()


def _as_one(written: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        return [(";".join(cursor.mogrify(statement, values) for statement, values in written), None)]
