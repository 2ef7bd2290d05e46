"""Tables made at once are those that the migrations make."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from django.core.management import call_command

AT_ONCE = "from bihuan.config.tables import create_tables; create_tables()"
# Columns, what is unique, refers or is checked, and how many indexes there are of each definition. Left out is a table
# of Django's own, whose migration numbers rows by integers and whose model by bigints.
POSTGRESQL = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name <> 'auth_group_permissions'",
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, regexp_replace(indexdef, 'INDEX .* ON', 'INDEX ON'), count(*) FROM pg_indexes "
    "WHERE schemaname = 'public' GROUP BY 1, 2",
)
ONE_BY_ONE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"


def make(way: str, **environment: str) -> None:
    surroundings = {key: value for key, value in os.environ.items() if key != "BIHUAN_DATABASE_URL"}
    subprocess.run([sys.executable, "-c", f"import django; django.setup(); {way}"], check=True,
                   env={**surroundings, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", **environment})


def shape(con: sqlite3.Connection) -> dict[str, object]:
    """Return of each table its columns, its foreign keys, its indexes and its checks, whatever their order."""
    found: dict[str, object] = {}
    tables = con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for table, sql in tables.fetchall():
        columns = {row[1:4] + (row[5],) for row in con.execute(f'PRAGMA table_info("{table}")')}
        keys = {row[2:5] for row in con.execute(f'PRAGMA foreign_key_list("{table}")')}
        indexes = {(row[2], row[4], tuple(one[2] for one in con.execute(f'PRAGMA index_info("{row[1]}")')))
                   for row in con.execute(f'PRAGMA index_list("{table}")')}
        found[table] = columns, keys, indexes, sql.count("CHECK"), sql.count("CONSTRAINT")
    found["django_migrations"] = set(con.execute("SELECT app, name FROM django_migrations"))
    return found


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.long
def test_tables_made_at_once_are_those_of_the_migrations(tmp_path):
    shapes = []
    for way in (AT_ONCE, ONE_BY_ONE):
        home = tmp_path / str(len(shapes))
        make(way, BIHUAN_HOME=str(home))
        with closing(sqlite3.connect(home / "product.sqlite3")) as con:
            shapes.append(shape(con))
    at_once, one_by_one = shapes
    assert set(at_once) == set(one_by_one) and len(at_once) > 100
    assert [table for table in at_once if at_once[table] != one_by_one[table]] == []


@pytest.mark.long
@pytest.mark.skipif("BIHUAN_TEST_DATABASE_URL" not in os.environ, reason="needs PostgreSQL")
def test_postgresql_has_the_same_tables_either_way(tmp_path):
    server, _, _name = os.environ["BIHUAN_TEST_DATABASE_URL"].rpartition("/")
    shapes = []
    for name, way in (("at_once", AT_ONCE), ("one_by_one", ONE_BY_ONE)):
        with psycopg.connect(os.environ["BIHUAN_TEST_DATABASE_URL"], autocommit=True) as con:
            con.execute(f"CREATE DATABASE {name}")
        make(way, BIHUAN_HOME=str(tmp_path / name), BIHUAN_DATABASE_URL=f"{server}/{name}")
        with psycopg.connect(f"{server}/{name}") as con:
            shapes.append([set(con.execute(question)) for question in POSTGRESQL])
    assert [once ^ again for once, again in zip(*shapes)] == [set()] * len(POSTGRESQL) and len(shapes[0][0]) > 500
