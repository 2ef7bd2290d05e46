"""The [survey] section of a mapping file: which items mean what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..facts import presets
from ..home import Home
from .contracts import Design, Rules
from .errors import SurveyError

SECTION = "survey"


def read_design(section: Mapping[str, Any] | None, language: str = "zh") -> Design | None:
    """Return the design of a [survey] section as TOML gives it, None without one. Raises SurveyError.

    Titles and labels are texts, or {zh, en} of which ``language`` chooses.
    """
    if section is None:
        return None
    known = {field.name for field in fields(Design)}
    for key in section:
        if key not in known:
            raise SurveyError("unknown_key", key=key, keys=", ".join(sorted(known)))
    told: dict[str, Any] = dict(section)
    if "scale" in told:
        told["scale"] = _scale(told["scale"])
    if "dimensions" in told:
        told["dimensions"] = {str(name): _words("dimensions", items) for name, items in told["dimensions"].items()}
    if "segments" in told:
        told["segments"] = _words("segments", told["segments"])
    if "reversed" in told:
        told["reversed"] = frozenset(_words("reversed", told["reversed"]))
    if "titles" in told:
        told["titles"] = _named("titles", told["titles"], language)
    if "labels" in told:
        told["labels"] = {str(segment): _named(f"labels.{segment}", names, language)
                          for segment, names in dict(told["labels"]).items()}
    if "rules" in told:
        told["rules"] = _rules(told["rules"])
    return Design(**told)


def _scale(value: Any) -> tuple[float, float]:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(end, int | float) for end in value)
            and value[0] < value[1]):
        raise SurveyError("bad_value", key="scale", value=value)
    return float(value[0]), float(value[1])


def _words(key: str, value: Any) -> tuple[str, ...]:
    if not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
        raise SurveyError("bad_value", key=key, value=value)
    return tuple(value)


def _named(key: str, section: Any, language: str) -> dict[str, str]:
    """Return name -> text of a table whose values are texts or texts by language."""
    found: dict[str, str] = {}
    for name, value in (section.items() if isinstance(section, dict) else [(key, section)]):
        said = value.get("en" if language.startswith("en") else "zh") if isinstance(value, dict) else value
        if not isinstance(section, dict) or not isinstance(said, str):
            raise SurveyError("bad_value", key=f"{key}.{name}", value=value)
        found[str(name)] = said
    return found


def _rules(section: Any) -> Rules:
    known = {field.name for field in fields(Rules)}
    for key in section:
        if key not in known:
            raise SurveyError("unknown_key", key=f"rules.{key}", keys=", ".join(sorted(known)))
    return Rules(**section)


def design_of_mapping(home: Home, name: str, language: str = "zh") -> Design | None:
    """Return the design that a kept mapping (shipped or the workspace's own) gives; None for one that gives none."""
    known = {**presets.shipped(), **presets.own(home)}
    return read_design(known[name].told.get(SECTION), language) if name in known else None
