"""Why a source cannot be kept or asked, as codes with a sentence that says where and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.mapping import MappingError

SENTENCES: dict[str, Promise] = {
    # What somebody typed.
    "address": _("地址要写成 https://域名 的样子，不含用户名、“?”和“#”。"),
    "address_plain": _("%(host)s 只能用 https:// 访问。内网里没有证书的系统，请让系统管理员把它列入 "
                       "BIHUAN_SOURCES_PRIVATE。"),
    "address_private": _("%(host)s 在内部网络中，默认不允许访问。确属自己的系统，请让系统管理员在服务器上把它列入 "
                         "BIHUAN_SOURCES_PRIVATE 后重启。"),
    "address_unknown": _("找不到主机 %(host)s。请检查地址的拼写，以及服务器能否解析这个域名。"),
    "secret_needed": _("请填写密钥。"),
    "code_taken": _("代号“%(taken)s”已被另一个数据源使用，请换一个。"),
    "no_stream": _("请至少为一种数据选择映射，否则没有内容可拉取。"),
    "folder_outside": _("文件夹必须在 %(roots)s 之内。要用别处的文件夹，请让系统管理员把它列入 BIHUAN_INBOX_ROOTS。"),
    "folder_missing": _("服务器上没有文件夹 %(folder)s，或无权读写。请先建立它并授予权限。"),
    "folder_taken": _("这个文件夹已由数据源“%(name)s”监视。"),
    # What happened on the way.
    "unreachable": _("连不上 %(host)s（%(why)s）。请检查对方系统是否在运行、防火墙是否放行。"),
    "timeout": _("%(host)s 超过 %(seconds)s 秒没有答复。"),
    "certificate": _("%(host)s 的证书不可信（%(why)s），没有发送密钥。请更新对方的证书，"
                     "或把自建的根证书装到服务器上。"),
    "redirected": _("%(host)s 要求转到另一个地址（%(target)s），没有跟随。请把数据源的地址改成最终的地址。"),
    "unauthorised": _("%(host)s 不接受密钥（HTTP %(status)s）：已过期、被撤销或权限不足。"
                      "请在对方系统里重新生成并在这里更新。"),
    "not_found": _("%(host)s 没有 %(path)s（HTTP %(status)s）。请检查地址、账户编号和路径。"),
    "refused_request": _("%(host)s 拒绝了请求 %(path)s（HTTP %(status)s）。请检查填写的参数。"),
    "server_error": _("%(host)s 出错（HTTP %(status)s），已重试 %(tries)s 次。会在下一次按时再试。"),
    "limited": _("%(host)s 要求稍候（HTTP 429），到 %(at)s 自动继续。"),
    "too_big": _("%(host)s 对 %(path)s 的答复超过 %(limit)s，没有读完。请把每页条数调小。"),
    "bad_json": _("%(host)s 对 %(path)s 的答复不是完整的 JSON，已重试 %(tries)s 次。"),
    "no_records": _("在 %(path)s 的答复里找不到记录列表“%(records)s”。请检查“记录所在的字段”。"),
    "same_cursor": _("对方两次给出同一个游标，已停在那里，下次从那里继续。"),
    "walk_restarted": _("对方不再认得上次的位置，已从本轮开头重读（重复的行不会再次导入）。"),
    "nothing_usable": _("%(rows)s 行全部不能导入：%(why)s 位置没有前移，改好映射后会重新读取。"),
    "mapping": _("映射“%(preset)s”不能用于这些数据：%(why)s"),
    "mapping_gone": _("映射“%(preset)s”已不存在。请为这个数据源另选映射。"),
    "secret_again": _("地址改了：请重新填写密钥，已保存的密钥不会发往新的地址。"),
    "secret_lost": _("保存的密钥已无法读取（可能换过主密钥或从备份恢复）。请重新填写密钥。"),
    "broken": _("程序出错（%(kind)s）。详细信息在服务器日志中。"),
    # Files in a watched folder.
    "file_kind": _("不是可导入的文件类型。请放 CSV、XLSX、Parquet、JSON 或 XES（可用 .gz 压缩）。"),
    "file_link": _("是链接或特殊文件，不读取。请放文件本身。"),
    "file_changed": _("读取时文件仍在变化，稍后再读。"),
    "file_big": _("文件有 %(size)s，超过上限 %(limit)s。请分成几个文件。"),
    "file_bomb": _("解压后过大，可能已损坏或有问题。请改用 CSV，或分成几个文件。"),
    "file_name": _("文件名不能用作名称。请改名后再放入。"),
    "file_refused": _("不能导入：%(why)s"),
    "file_unknown": _("没有映射认得这些列。请为这个数据源选定映射，或在“数据导入”里逐字段对应一次并保存为映射。"),
}


class Refused(Exception):
    """The room will not do this; ``code`` names the reason and str() is the sentence for the person."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def __str__(self) -> str:
        return sentence(self.code, self.params)


class Trouble(Refused):
    """A source did not answer as it should. ``passing``: worth another try; ``until``: not before that moment."""

    def __init__(self, code: str, *, passing: bool = False, until: datetime | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.passing, self.until = passing, until


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """Return the sentence of a code in the reader's language; a moment among its words is told in the zone at hand."""
    words = dict(params)
    if "why_en" in words and not (get_language() or "zh").startswith("zh"):
        words["why"] = words["why_en"]
    if "at" in words:
        words["at"] = timezone.localtime(datetime.fromisoformat(words["at"])).strftime("%H:%M")
    return str(SENTENCES[code]) % words


def caused(code: str, error: FactsError | MappingError, **params: Any) -> Trouble:
    """Return a trouble that speaks with the engine's words, in both of its languages."""
    return Trouble(code, why=error.text("zh"), why_en=error.text("en"), **params)


def kept(error: Refused) -> dict[str, Any]:
    """Return an error as it is stored: its code and what it speaks of, never a secret."""
    return {"code": error.code, "params": {name: str(value) for name, value in error.params.items()}}
