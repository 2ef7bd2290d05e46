"""Rows that many tests begin with: the services write them in a process's first test, later tests get the same ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model

# By name and by the installation's secret, under which the audit chain hashes.
ROWS: dict[tuple[str, str], list[list[dict[str, Any]]]] = {}


def kept(name: str, models: Sequence[type[Model]], make: Callable[[], object]) -> None:
    """Let ``make`` write the new rows of ``models`` (in the order of their references), or write them as it did.

    Their keys are the same in every test, those of ``build_cast`` too, so references hold. Entries of the audit chain
    are written only if they are among ``models``.
    """
    key = (name, settings.SECRET_KEY)
    if key in ROWS:
        for model, rows in zip(models, ROWS[key], strict=True):
            model._default_manager.bulk_create(model(**copy.deepcopy(row)) for row in rows)
        return
    before = [set(model._default_manager.values_list("pk", flat=True)) for model in models]
    make()
    ROWS[key] = [list(model._default_manager.exclude(pk__in=there).values())
                 for model, there in zip(models, before, strict=True)]
