"""What a person answered about how a file is to be read: kept with the upload, put into the mapping."""

from __future__ import annotations

from bihuan.engine.facts.decisions import change
from bihuan.engine.facts.mapping import Mapping

# {"code", "column", "about", "field", "value"} as the engine's decisions have them.
Answer = dict[str, str]


def answered(mapping: Mapping, answers: list[Answer]) -> Mapping:
    """Return the mapping with a person's answers; one that no longer means anything is passed over."""
    for answer in answers:
        try:
            mapping = change(mapping, answer["code"], answer["value"], column=answer.get("column") or None,
                             about=answer.get("about", ""), field=answer.get("field", ""))
        except (KeyError, ValueError):
            continue
    return mapping


def merged(old: list[Answer], new: list[Answer]) -> list[Answer]:
    """Return old answers with new ones in place of those to the same question."""
    places = {(one["code"], one["column"], one["about"], one.get("field", "")): one for one in [*old, *new]}
    return list(places.values())
