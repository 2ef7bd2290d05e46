"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import judge_due, open_reviews


def run_review(job: JobHandle) -> None:
    """Open the reviews of what is done, and judge those that are due."""
    opened, judged = open_reviews(), judge_due()
    job.finish({"message": _("新建复评 %(opened)d 项，得出结论 %(judged)d 项。") % {
        "opened": opened, "judged": judged}})
