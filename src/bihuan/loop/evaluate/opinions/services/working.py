"""Having an analysis of many responses worked out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, jobs
from bihuan.core.models import Job, User
from bihuan.core.rights import require

from ..contracts import State, Wave
from ..models import WorkedOut
from ..queries.address import write_state
from ..queries.lake import wave_for
from ..queries.working import Step, compute, keys_of, packed, state_of
from ..rights import VIEW

KEPT = 30       # results of one survey that stay; older ones are worked out again when somebody asks


@transaction.atomic
def ask_work(*, wave: Wave, state: State, kind: str, actor: User) -> WorkedOut:
    """Have one analysis worked out; who asks for what is under way already waits for that."""
    require(actor, VIEW)
    key, base = keys_of(actor, wave, state, kind)
    under_way = WorkedOut.objects.filter(key=key, done_at=None).first()
    if under_way is not None and Job.objects.filter(
            pk=under_way.job, state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
        return under_way
    run = WorkedOut.objects.create(kind=kind, survey=wave.code, key=key, base=base, address=write_state(state),
                                   created_by=actor)
    audit.record("evaluate.survey_analysis_asked", run, actor=actor, kind=audit.plain(kind))
    run.job = jobs.enqueue("opinions.analysis", actor=actor, title=wave.title, run=run.pk).pk
    run.save(update_fields=["job"])
    return run


def work_out(*, run: WorkedOut, step: Step) -> None:
    """Work one analysis out as its asker sees it now, and keep it in one step; run again it gives the same."""
    wave, state = wave_for(run.created_by, run.survey), state_of(run)
    run.key, run.base = keys_of(run.created_by, wave, state, run.kind)
    run.content, run.done_at = packed(compute(run.created_by, wave, state, run.kind, step)), timezone.now()
    with transaction.atomic():
        run.save(update_fields=["key", "base", "content", "done_at"])
        old = WorkedOut.objects.filter(survey=run.survey).values_list("pk", flat=True)[KEPT:]
        WorkedOut.objects.filter(pk__in=list(old)).delete()
