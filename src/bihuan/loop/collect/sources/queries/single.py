"""One source: its streams, its turns, its files and the batches it became."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bihuan.engine.facts import presets
from bihuan.engine.home import Home

from ..connectors import CONNECTORS
from ..models import ArrivedFile, Chunk, Pull, Source


def open_pull(source: Source) -> Pull | None:
    """Return the pull that is under way or waits for its next slice."""
    return Pull.objects.filter(source=source, state__in=Pull.OPEN).first()


def pulls_of(source: Source) -> QuerySet[Pull]:
    return Pull.objects.filter(source=source).select_related("by").prefetch_related("chunks")


def files_of(source: Source) -> QuerySet[ArrivedFile]:
    return ArrivedFile.objects.filter(source=source)


def batches_of(source: Source) -> list[str]:
    """Return the ids of the latest batches that a source's pulls became."""
    found = Chunk.objects.filter(pull__source=source).exclude(batch="").order_by("-at")
    return list(found.values_list("batch", flat=True)[:10])


def streams_of(home: Home, source: Source) -> list[dict[str, Any]]:
    """Return the streams with their labels and the titles of their mappings; "" for a mapping that is gone."""
    titles = {mapping.name: mapping.title.get("zh", mapping.name) for mapping in presets.all(home)}
    kinds = CONNECTORS[source.kind].streams if source.kind in CONNECTORS else {}
    return [{"label": kinds[stream.name].label if stream.name in kinds else "", "stream": stream,
             "mapping": titles.get(stream.preset, "")} for stream in source.streams.all()]
