"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import draft_examples


def run_draft(job: JobHandle) -> None:
    """Draft an example of every verdict that was accepted since."""
    job.finish({"message": _("起草案例 %(count)d 篇。") % {"count": draft_examples()}})
