"""The product's tables: made at once in an empty database, brought up to date by migrations in any other.

Applying every migration from the first takes half a minute, for Django renders the models anew after each operation.
The models say the same, which a test holds the two ways to.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def bring_tables_up_to_date() -> None:
    """Create or change the tables so that they fit the models."""
    if not connection.introspection.table_names():
        create_tables()
    call_command("migrate", verbosity=0, interactive=False)


def create_tables() -> None:
    """Create all tables from the models and note every migration as applied; all of it or nothing."""
    known = MigrationLoader(connection).graph.nodes
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        editor.create_model(MigrationRecorder.Migration)
        recorder = MigrationRecorder(connection)
        for app, name in sorted(known):
            recorder.record_applied(app, name)
