"""The weekly pack as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.report.pdf import write_pdf
from bihuan.engine.report.word import write_word

from ..models import VIEW
from ..queries.weekly import document_of, pack_of

WRITERS = {"docx": write_word, "pdf": write_pdf}


@transaction.atomic
def export_pack(*, week: str, form: str, actor: User) -> tuple[str, bytes]:
    """Return the pack of a week as a Word or PDF file: (name, content)."""
    require(actor, VIEW)
    pack = pack_of(actor, week)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pack.{form}"
        WRITERS[form](document_of(pack, actor), path)
        content = path.read_bytes()
    audit.record("diagnose.pack_exported", ("pack", pack.week), actor=actor, form=audit.plain(form))
    return f"weekly-{pack.week}.{form}", content
