"""The words of a message to a customer: what may stand in them, what they say unless changed, how they come out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils import timezone

from bihuan.loop.collect.surveys.contracts import WaveInfo

from .errors import Refused

FIELDS = ("link", "title", "until", "stop")
FIELD = re.compile(r"\{([^{}]*)\}")
# What is said unless somebody writes their own; each message carries the link that ends all of them.
USUAL: dict[str, dict[str, str]] = {
    "zh-hans": {
        "subject": "请您评价：{title}",
        "body": "您好！感谢您选择我们的服务。想听听您的感受，约需几分钟：\n{link}\n\n截止：{until}\n不想再收到：{stop}",
        "remind": "您好！之前请您填写的“{title}”还没有收到。如方便，请打开：\n{link}\n\n"
                  "截止：{until}\n不想再收到：{stop}",
    },
    "zh-hant": {
        "subject": "請您評價：{title}",
        "body": "您好！感謝您選擇我們的服務。想聽聽您的感受，約需幾分鐘：\n{link}\n\n截止：{until}\n不想再收到：{stop}",
        "remind": "您好！之前請您填寫的「{title}」還沒有收到。如方便，請打開：\n{link}\n\n"
                  "截止：{until}\n不想再收到：{stop}",
    },
    "en": {
        "subject": "How did we do? {title}",
        "body": "Hello, thank you for using our service. We would like to hear from you; it takes a few minutes:\n"
                "{link}\n\nOpen until: {until}\nNo more of these: {stop}",
        "remind": "Hello, we have not heard from you about “{title}” yet. If you have a moment:\n{link}\n\n"
                  "Open until: {until}\nNo more of these: {stop}",
    },
}
# Nobody knows who has answered an anonymous wave, and nobody can send the same link again.
REMIND_ALL = {
    "zh-hans": "您好！不久前我们发给您一份匿名问卷“{title}”。如果您已填写，请忽略这条消息，谢谢；"
               "还没有的话，请打开上一条消息里的链接。\n\n截止：{until}\n不想再收到：{stop}",
    "zh-hant": "您好！不久前我們發給您一份匿名問卷「{title}」。如果您已填寫，請忽略這條訊息，謝謝；"
               "還沒有的話，請打開上一條訊息裡的連結。\n\n截止：{until}\n不想再收到：{stop}",
    "en": "Hello, we recently sent you an anonymous questionnaire, “{title}”. If you have answered, please ignore this "
          "message; if not, please use the link in the message before.\n\n"
          "Open until: {until}\nNo more of these: {stop}",
}
NO_END = {"zh-hans": "未定", "zh-hant": "未定", "en": "not set"}


def words(texts: Mapping[str, Mapping[str, str]], language: str, part: str, *, anonymous: bool = False) -> str:
    """Return the words of a part in a language: those of the wave, else the usual ones."""
    own = texts.get(language, {}).get(part, "").strip()
    if own:
        return own
    if anonymous and part == "remind":
        return REMIND_ALL[language]
    return USUAL[language][part]


def compose(template: str, wave: WaveInfo, *, language: str, link: str, stop: str) -> str:
    """Return a text with its fields filled in; the way out of further messages is added where the text has none."""
    until = timezone.localtime(wave.closes_at).strftime("%Y-%m-%d %H:%M") if wave.closes_at else NO_END[language]
    if not stop:
        template = "\n".join(line for line in template.splitlines() if "{stop}" not in line)
    told = {"link": link, "title": wave.title, "until": until, "stop": stop}
    text = FIELD.sub(lambda found: told.get(found.group(1), found.group(0)), template)
    return text if "{stop}" in template or not stop else f"{text}\n\n{stop}"


def check_texts(texts: Mapping[str, Mapping[str, str]], *, anonymous: bool = False) -> None:
    """Refuse texts with a field that does not exist, or a message without its link."""
    for parts in texts.values():
        for part, text in parts.items():
            unknown = [name for name in FIELD.findall(text) if name not in FIELDS]
            if unknown:
                raise Refused("body_field", field=f"{{{unknown[0]}}}",
                              fields=" ".join(f"{{{name}}}" for name in FIELDS))
            needs_link = part == "body" or (part == "remind" and not anonymous)
            if text.strip() and needs_link and "{link}" not in text:
                raise Refused("body_link")
