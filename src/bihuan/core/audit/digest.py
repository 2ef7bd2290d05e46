"""What of a value may stand in the audit log: small facts as they are, everything else as a keyed hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

DELETED = "deleted"
SALT = "bihuan.core.audit"
# Longer numbers may be telephone, card or identity numbers.
LARGEST_PLAIN = 10**9


class Plain(str):
    """A text that the caller vouches for: a code, a key, a file's hash; nothing that a person wrote or is."""


def plain(value: object) -> Plain:
    """Mark a text as fit to be stored as it is."""
    return Plain(value)


def keyed_hash(text: str) -> str:
    """Return the hash of a text under the installation's secret: guessing the text needs the secret too."""
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def stored(value: Any) -> Any:
    """Return what of ``value`` enters the log.

    Booleans, None, dates and numbers below 10^9 stay; texts not marked ``plain`` become ``{"hash": …}``; lists and
    mappings are treated item by item (keys are names given by the code).
    """
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < LARGEST_PLAIN else {"hash": keyed_hash(str(value))}
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): stored(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [stored(item) for item in items]
    return {"hash": keyed_hash(str(value))}


def state_hash(state: Mapping[str, Any]) -> str:
    """Return the keyed hash of a thing's present content; of an empty content, which says it is gone, ``DELETED``."""
    return keyed_hash(canonical(state)) if state else DELETED


def canonical(value: Any) -> str:
    """Return one and the same JSON text for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
