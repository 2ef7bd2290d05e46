"""The room's background work; each may be stopped and run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.core.languages import separated

from .services import closing, elsewhere, recording, sending, triggers, writing
from .services.dispatch import remind_due


def run_flush(job: JobHandle) -> None:
    """Write responses into the lake."""
    done = writing.flush(cancelled=job.cancelled)
    job.finish({"message": _("写入答卷 %(responses)s 份，%(batches)s 个批次。") % separated(**done)})


def run_send(job: JobHandle) -> None:
    """Send the invitations and reminders that are due."""
    done = sending.send_waiting(cancelled=job.cancelled)
    job.finish({"message": _("发送 %(sent)s，失败 %(failed)s，未发送 %(not_sent)s。") % separated(**done)})


def run_decide(job: JobHandle) -> None:
    """Decide which closed cases are asked about."""
    done = triggers.decide_all(cancelled=job.cancelled)
    job.finish({"message": _("邀请 %(asked)s，未邀请 %(not_asked)s。") % separated(**done)})


def run_record(job: JobHandle) -> None:
    """Write invitations into the lake; note who answered elsewhere, and tell pushes who was invited."""
    elsewhere.note_answered()
    elsewhere.refresh_pushes()
    count = recording.record_invitations(cancelled=job.cancelled)
    job.finish({"message": _("写入邀请 %(count)s 条。") % separated(count=count)})


def run_remind(job: JobHandle) -> None:
    """Remind those who did not answer, in the waves that do so by themselves."""
    job.finish({"message": _("已安排提醒 %(count)s 位。") % separated(count=remind_due())})


def run_close(job: JobHandle) -> None:
    """Close the waves whose deadline has come, and tell their owners."""
    count = closing.close_due()
    job.finish({"message": _("关闭调查 %(count)s 期。") % separated(count=count)})
