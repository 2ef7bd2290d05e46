"""Secrets of sources: sealed in the workspace's vault under a key of their own, which deletion destroys."""

from __future__ import annotations

import uuid

from bihuan.core import workspace
from bihuan.engine.facts.privacy.errors import PrivacyError
from bihuan.engine.facts.privacy.vault import open_vault

from .errors import Trouble

FIELD = "secret"


def keep_secret(subject: str, secret: str) -> str:
    """Seal a secret and return the subject it lies under; an empty one leaves what is there."""
    if not secret:
        return subject
    subject = subject or f"source:{uuid.uuid4().hex}"
    open_vault(workspace.home()).put(subject, {FIELD: secret})
    return subject


def secret_of(subject: str) -> str:
    """Return a secret, "" when the source has none; Trouble "secret_lost" when it cannot be opened any more."""
    if not subject:
        return ""
    try:
        found = open_vault(workspace.home()).get(subject).get(FIELD, "")
    except PrivacyError as error:
        raise Trouble("secret_lost") from error
    if not found:
        raise Trouble("secret_lost")
    return found


def destroy_secret(subject: str) -> None:
    """Destroy a secret together with its key: copies in backups become unreadable too."""
    if subject:
        open_vault(workspace.home()).destroy(subject)
