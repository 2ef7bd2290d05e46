"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "no_span": _("请先选择要标注的文字。"),
    "no_message": _("这条消息已不存在或文本已到期删除。请刷新页面。"),
    "tag_taken": _("已有名为“%(name)s”的标签。"),
    "tag_retired": _("标签“%(name)s”已停用，不能再用来标注。"),
    "span_taken": _("这段文字已有标签“%(name)s”。"),
    "media_unknown": _("不能收这种文件（%(name)s）。请使用 WAV、MP3、M4A、OGG 或 WebM 录音。"),
    "too_large": _("录音有 %(size)s，超过上限 %(limit)s。请压缩后再上传。"),
    "duration_needed": _("无法从文件读出时长，请填写录音的秒数。"),
    "consent_withdrawn": _("客户已于 %(day)s 撤回录音同意，不能再播放。"),
    "path_outside": _("只能登记录音目录 %(folder)s 之内的文件。"),
    "path_missing": _("没有这个文件：%(path)s。请核对路径。"),
    "months_needed": _("请至少为一种数据设置保存月数。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
