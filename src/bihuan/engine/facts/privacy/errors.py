"""What can go wrong with personal data, as codes with a sentence in Chinese and English that says what to do."""

from __future__ import annotations

from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "bad_pattern": (
        "规则“{pattern}”不能使用：{problem}。请改成 RE2 支持的写法（不支持前后预查与反向引用）。",
        "The pattern \"{pattern}\" cannot be used: {problem}. Write it as RE2 knows it (no look-around, no "
        "back-references).",
    ),
    "pattern_too_wide": (
        "规则“{pattern}”会匹配空文本，或有多于一个分组。请至少要求一个字符，最多用一对括号标出要遮蔽的部分。",
        "The pattern \"{pattern}\" matches nothing at all or has more than one group. Ask for at least one character "
        "and mark what is masked with at most one pair of brackets.",
    ),
    "too_many_patterns": ("最多 {most} 条自定义规则。请合并或删除一些。",
                          "There may be {most} patterns of one's own at most. Join or remove some."),
    "unknown_kind": ("没有这些类别：{kinds}。可选：{known}。", "There is no kind {kinds}. Choose among: {known}."),
    "key_missing": (
        "找不到主密钥 {key}。请把包含它的密钥写入 BIHUAN_VAULT_KEYS 或 {file}；没有它，加密的个人信息无法读出。",
        "The master key {key} is not there. Put it into BIHUAN_VAULT_KEYS or {file}; without it what is encrypted "
        "cannot be read.",
    ),
    "bad_master_key": (
        "{place} 里的主密钥写法不对：每行（或以逗号分隔）一个“编号:64 位十六进制”。",
        "The master keys in {place} are not written as NAME:64 hexadecimal digits, one a line or parted by commas.",
    ),
    "subject_destroyed": (
        "客户 {subject} 的个人信息已按删除请求销毁，不能再写入。如需重新收集，请先登记新的同意。",
        "The personal data of {subject} was destroyed at their request and cannot be written again. Register a new "
        "consent before collecting anew.",
    ),
    "vault_damaged": (
        "客户 {subject} 的加密内容被改动或损坏，无法解密。请从备份恢复 {file}。",
        "What is encrypted for {subject} was changed or damaged. Restore {file} from a backup.",
    ),
}


class PrivacyError(Exception):
    """A refusal with a ``code`` and the ``params`` of its sentence; ``text("zh"|"en")`` is for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        sentence = SENTENCES[self.code][0 if lang.startswith("zh") else 1]
        return sentence.format(**self.params)
