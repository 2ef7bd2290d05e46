"""Where a wave stands on its way from the questionnaire to the report, and what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.loop.collect.answering.contracts import Funnel
from bihuan.loop.collect.answering.queries.elsewhere import came_from_elsewhere
from bihuan.loop.collect.answering.queries.sending import dispatch_of, funnel
from bihuan.loop.collect.samples.contracts import Standing
from bihuan.loop.collect.samples.queries.doors import standing_of
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import wave_info
from bihuan.loop.collect.surveys.rights import wave_for
from bihuan.loop.collect.voices.queries.calls import WaveCalls, counts
from bihuan.ui import formats

from ..rights import VIEW
from .lake import kept, waves

WRITE, DRAW, SEND = "collect.write_surveys", "collect.draw_samples", "collect.send_surveys"
CALL = ("collect.interview", "collect.manage_voices")


@dataclass(frozen=True)
class Step:
    """One step; ``state`` done, now or later. ``url`` is empty where the person has no page for it."""

    label: str
    line: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class Path:
    """The steps in order, and what is next: a sentence, with a button where the person can do it."""

    wave: WaveInfo
    steps: tuple[Step, ...]
    next_words: str
    next_label: str = ""
    next_url: str = ""


def path_of(user: User, number: int) -> Path:
    """Return the way of a wave the person may open; NotAllowed otherwise."""
    line = wave_for(user, number)
    wave, sample, told = wave_info(number), standing_of(number), funnel(number)
    assert wave is not None
    draft = line.version.is_draft
    started = dispatch_of(number).started_at is not None
    valid = told.responses.get("valid", 0)
    analysed = can(user, VIEW) and any(one.code == wave.code for one in waves(user))
    # Nobody is written to where the list is called: the step is then the calls.
    calls, = counts([wave])
    by_phone = calls.listed > 0 and not told.listed
    came = kept(("came", wave.code), lambda: sum(one.responses for one in came_from_elsewhere(wave)))
    steps = (
        Step(_("问卷"), f"v{line.version.number} · {line.version.get_state_display()}", _done(not draft),
             reverse("surveys:builder", args=[line.survey_id, line.version.number])),
        Step(_("样本"), _sample_words(sample), _done(sample.drawn is not None),
             reverse("samples:sample", args=[number])),
        _calling(user, calls) if by_phone else Step(
            _("邀请"), _sending_words(told, started), _done(told.sent > 0 and not told.waiting),
            reverse("answering:send", args=[number]) if can(user, SEND) else ""),
        Step(_("回收"), _answer_words(told, valid, came), _done(wave.state == "closed" and valid > 0),
             reverse("answering:wave", args=[number]) if can(user, SEND) else ""),
        Step(_("截止"), _closing_words(wave), _done(wave.state == "closed"), reverse("surveys:wave", args=[number])),
        Step(_("分析"), _("可以查看") if analysed else _("还没有写入的答卷"),
             _done(analysed and wave.state == "closed"),
             reverse("opinions:analysis", args=[wave.code]) if analysed else ""),
        Step(_("报告"), _("可以导出") if analysed else "—", "later",
             reverse("opinions:report", args=[wave.code]) if analysed else ""),
    )
    words, place, label, right = _next(wave, draft, sample, told, started, valid, analysed)
    if by_phone and place in (2, 3):
        words, place, label, right = _next_call(user, calls)
    steps = tuple(replace(step, state="now") if at == place else step for at, step in enumerate(steps))
    url = steps[place].url if right and can(user, right) else ""
    return Path(wave, steps, words, label if url else "", url)


def _done(yes: bool) -> str:
    return "done" if yes else "later"


def _next(wave: WaveInfo, draft: bool, sample: Standing, told: Funnel, started: bool, valid: int,
          analysed: bool) -> tuple[str, int, str, str]:
    """Return what is next: its words, the place of its step, the words of the button, and the right it needs."""
    if wave.state == "closed":
        if analysed:
            return _("已截止。看结果说明什么，再出报告。"), 5, _("查看分析"), VIEW
        words = _("已截止，答卷正在写入记录，一分钟后可以分析。") if valid else _("已截止，没有收到有效答卷。")
        return words, 5, "", ""
    if draft:
        return _("问卷还是草稿：检查用语、预览，然后发布。"), 0, _("去发布问卷"), WRITE
    if sample.drawn is None and not told.listed and not valid:
        if sample.inside is not None:
            return _("抽样框已建好，还没有抽取。"), 1, _("去抽取"), DRAW
        return _("还没有样本。先说清问谁，再按规则抽取。"), 1, _("去抽样"), DRAW
    if wave.state == "planned" and wave.opens_at is None:
        return _("这一期还没有开放时间：现在开放，或设定时间。"), 4, _("去开放"), WRITE
    if sample.drawn and sample.asked < sample.drawn and not (started and told.waiting) and not told.sent:
        return _("样本已抽好，还没有邀请：看清发给谁、何时、经什么渠道，再发送。"), 2, _("去发送邀请"), SEND
    if told.waiting:
        if not started:
            return _("名单上有 {count} 位客户，发送还没有开始。").format(count=told.waiting), 2, _("去发送邀请"), SEND
        if wave.state == "planned":
            return _("{count} 位客户等待发送，开放后自动发出。").format(count=told.waiting), 2, "", ""
        words = _("正在发送：{count} 位客户等待，只在联系时段内发出。").format(count=told.waiting)
        return words, 2, _("看发送进度"), SEND
    return _("正在回收。到期自动截止；可以提醒还没有作答的客户。"), 3, _("看回收情况"), SEND


def _calling(user: User, calls: WaveCalls) -> Step:
    words = _("访成 {done} / {listed}，已拨 {attempts} 次").format(
        done=formats.plain(calls.done), listed=formats.plain(calls.listed), attempts=formats.plain(calls.attempts))
    return Step(_("电话"), words, _done(calls.over == calls.listed),
                reverse("voices:call_list", args=[calls.wave.id]) if _may_call(user) else "")


def _next_call(user: User, calls: WaveCalls) -> tuple[str, int, str, str]:
    left = calls.listed - calls.over
    if not left:
        return _("名单上的客户都已访问或结束拨打。到期自动截止。"), 3, _("看回收情况"), SEND
    words = _("正在电话访问：还有 {count} 位没有结果，其中 {due} 位现在可以拨打。").format(
        count=formats.plain(left), due=formats.plain(calls.due))
    return words, 2, _("去拨打"), next((one for one in CALL if can(user, one)), "")


def _may_call(user: User) -> bool:
    return any(can(user, one) for one in CALL)


def _sample_words(sample: Standing) -> str:
    if sample.drawn is not None:
        return _("已抽 {count} 位").format(count=formats.plain(sample.drawn))
    if sample.inside is not None:
        return _("抽样框 {count} 位").format(count=formats.plain(sample.inside))
    return _("未抽样")


def _sending_words(told: Funnel, started: bool) -> str:
    if not told.listed:
        return _("未发送")
    if not started:
        return _("名单 {count} 位，未开始").format(count=formats.plain(told.listed))
    return _("已发 {sent} / {listed}").format(sent=formats.plain(told.sent), listed=formats.plain(told.listed))


def _answer_words(told: Funnel, valid: int, came: int) -> str:
    words = _("有效 {count} 份").format(count=formats.plain(valid))
    if told.finished is not None and told.sent:
        words += f" · {formats.percent(told.finished / told.sent)}"
    return _("{words}，另导入 {count} 份").format(words=words, count=formats.plain(came)) if came else words


def _closing_words(wave: WaveInfo) -> str:
    if wave.closes_at is None:
        return _("已截止") if wave.state == "closed" else _("未定截止时间")
    return f"{timezone.localtime(wave.closes_at):%Y-%m-%d %H:%M}"
