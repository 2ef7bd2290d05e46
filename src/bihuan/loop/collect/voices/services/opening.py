"""Showing what was kept: words in full and files, each time with a line that says so."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import record_reveal
from bihuan.core.rights import require

from ..models import Attachment, Feedback
from ..queries.feedback import Words, words_of
from ..queries.interviews import interview_for
from ..queries.visits import visit_for
from ..rights import HANDLE, found_or_hidden
from .files import file_of


@transaction.atomic
def reveal_feedback(*, feedback: Feedback, reason: str, actor: User) -> Words:
    """Return what was said and the sender's contact in full: a right, a reason and a line in the log."""
    require(actor, HANDLE, feedback)
    record_reveal(obj=("feedback", feedback.number), reason=reason, actor=actor, fields=["text", "contact", "name"],
                  customer=feedback.customer)
    return words_of(feedback, revealed=True)


@transaction.atomic
def open_file(*, attachment: Attachment, actor: User) -> Path:
    """Return where a file lies, for somebody who may see what it came with; noted before it is sent."""
    if attachment.feedback is not None:
        require(actor, HANDLE, attachment.feedback)
    elif attachment.interview is not None:
        interview_for(actor, attachment.interview.pk)
    elif attachment.visit is not None:
        visit_for(actor, attachment.visit.pk)
    found_or_hidden(None if attachment.deleted_at else attachment, f"file {attachment.pk}")
    audit.record("collect.voice_file_opened", attachment, actor=actor, digest=audit.plain(attachment.digest))
    return file_of(attachment)
