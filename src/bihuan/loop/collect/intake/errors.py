"""Why a push is refused: a code for programs, the status that says whose turn it is, a sentence with what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, tuple[int, str | Promise]] = {
    "unknown_table": (404, _("没有这张表，或令牌不能向它推送。")),
    "unknown_receipt": (404, _("没有这张回执，或它不是用这个令牌推送的。回执保留 7 天。")),
    "key_reused": (409, _("这个 Idempotency-Key 已用于另一份内容。重发同一份内容，或为新内容换一个键。")),
    "key_invalid": (422, _("Idempotency-Key 须为 1 至 128 个可见的 ASCII 字符。")),
    "length_required": (411, _("请求须带 Content-Length。")),
    "too_large": (413, _("请求有 %(size)s 字节，上限 %(limit)s。请分成几次推送。")),
    "too_many_rows": (413, _("请求有 %(rows)s 行，上限 %(limit)s。请分成几次推送。")),
    "content_type": (415, _("Content-Type 须为 %(types)s，编码须为 UTF-8，不得压缩。")),
    "bad_encoding": (422, _("内容不是有效的 UTF-8。")),
    "bad_json": (422, _("不是有效的 JSON：第 %(line)s 行，%(problem)s。")),
    "too_deep": (422, _("JSON 嵌套超过 %(limit)s 层。")),
    "not_rows": (422, _("须为对象的列表，每个对象是一行（第 %(row)s 项不是）。")),
    "no_rows": (422, _("没有一行记录。")),
    "unknown_field": (422, _("第 %(row)s 行的字段“%(field)s”不存在。可用字段：%(fields)s。")),
    "id_missing": (422, _("第 %(row)s 行没有“%(field)s”。没有编号，重复推送就会变成重复的记录。")),
    "unknown_mapping": (422, _("没有名为“%(mapping)s”的映射，或它不填充这张表。可用：%(mappings)s。")),
    "source_invalid": (422, _("来源标识只能用文字、数字、点、横线和下划线，至多 40 个字符。")),
    "bad_signature": (401, _("签名不符、缺失或已过期。")),
    "paused": (503, _("这个 Webhook 已暂停。")),
    "busy": (503, _("等待写入的记录已满，请按 Retry-After 稍后再试。")),
    "secret_needed": (422, _("%(scheme)s 的密钥由对方系统给出，请把它填在这里。")),
    "nothing_to_retry": (422, _("没有可以重试的推送。")),
}


class Refused(Exception):
    """This push is not taken; str() is the sentence, ``status`` the answer's status."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def status(self) -> int:
        return SENTENCES[self.code][0]

    def __str__(self) -> str:
        return str(SENTENCES[self.code][1]) % self.params


class Busy(Refused):
    """Not now; ``wait`` seconds later it may be possible."""

    def __init__(self, code: str, *, wait: float) -> None:
        super().__init__(code)
        self.wait = wait
