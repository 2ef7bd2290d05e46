"""Having the search run in the background."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import jobs
from bihuan.core.models import Job, User
from bihuan.core.rights import require

from ..rights import WORK


@transaction.atomic
def ask_search(*, actor: User) -> Job:
    """Look for problems now; the job itself leaves the audit line of what it found."""
    require(actor, WORK)
    return jobs.enqueue("findings.search", actor=actor, title=_("查找问题"))
