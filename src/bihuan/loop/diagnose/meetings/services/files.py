"""The minutes as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.report.pdf import write_pdf
from bihuan.engine.report.word import write_word

from ..models import VIEW, Meeting
from ..queries.document import document_of

WRITERS = {"docx": write_word, "pdf": write_pdf}


@transaction.atomic
def export_minutes(*, meeting: Meeting, form: str, actor: User) -> tuple[str, bytes]:
    """Return the minutes as a Word or PDF file: (name, content)."""
    require(actor, VIEW, meeting)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"minutes.{form}"
        WRITERS[form](document_of(meeting, actor), path)
        content = path.read_bytes()
    audit.record("diagnose.minutes_exported", meeting, actor=actor, form=audit.plain(form))
    return f"{meeting.number}.{form}", content
