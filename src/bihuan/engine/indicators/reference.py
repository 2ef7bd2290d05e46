"""The reference page of all shipped indicators, made from their passports: nothing on it is typed twice."""

from __future__ import annotations

from collections.abc import Sequence

from .contracts import Passport
from .passports import shipped
from .shown import show
from .words import formula

_HEAD = {
    "zh": "# 指标口径\n\n本页由指标口径文件生成（`python -m bihuan.engine.indicators.reference`），请勿手改。\n",
    "en": "# Indicators\n\nThis page is made from the passports (`python -m bihuan.engine.indicators.reference`); "
          "do not edit it.\n",
}
_LABELS = {
    "name": ("名称", "Name"), "how": ("算法", "Computed as"), "numerator": ("分子", "Numerator"),
    "denominator": ("分母", "Denominator"), "value": ("取值", "Value"), "exclusions": ("剔除", "Left out"),
    "window": ("观察期", "Window"), "immature": ("未满观察期", "Immature rows"),
    "credit": ("记在谁名下", "Credited to"), "clock": ("计时", "Clock"), "interval": ("区间", "Interval"),
    "cluster": ("聚类", "Clusters"), "open_cases": ("未解决的", "Open cases"),
    "bands": ("分档", "Bands"), "target": ("目标", "Target"),
    "aliases": ("别名", "Also called"), "source": ("出处", "Source"), "version": ("版本", "Version"),
    "minimum": ("最少样本量", "Minimum n"), "example": ("示例", "Example"), "expressions": ("表达式", "Expressions"),
}


def markdown(lang: str = "en", passports: Sequence[Passport] | None = None) -> str:
    """Return the page in Markdown; ``lang`` zh or en, the shipped passports unless others are given."""
    parts = [_HEAD["zh" if _zh(lang) else "en"]]
    parts += [_section(passport, lang) for passport in (passports or list(shipped().values()))]
    return "\n".join(parts)


def band_words(passport: Passport, lang: str = "zh") -> str:
    """Return the bands as a line: the limit itself belongs to the better score."""
    sign = "≥" if passport.bands_closed == "below" else "≤"
    join = "；" if _zh(lang) else "; "
    words = [f"{band.score}{' 分' if _zh(lang) else ''} {sign} {show(band.limit, passport.unit, lang)}"
             for band in sorted(passport.bands, key=lambda band: -band.score)]
    return join.join([*words, "其余 1 分" if _zh(lang) else "else 1"]) if words else ""


def _section(passport: Passport, lang: str) -> str:
    title, sentence = passport.title["zh" if _zh(lang) else "en"], passport.sentence["zh" if _zh(lang) else "en"]
    rows = {"name": f"`{passport.name}`", "version": passport.version, **formula(passport, lang),
            "minimum": str(passport.minimum_n)}
    rows["bands"] = band_words(passport, lang)
    rows["target"] = "" if passport.target is None else show(passport.target, passport.unit, lang)
    rows["aliases"] = ("、" if _zh(lang) else ", ").join(passport.aliases)
    rows["source"] = passport.source
    rows["example"] = passport.example if _zh(lang) else passport.example_en
    rows["expressions"] = _expressions(passport)
    lines = [f"## {title}", "", sentence, "", "| | |", "|---|---|"]
    lines += [f"| {_label(name, lang)} | {text} |" for name, text in rows.items() if text]
    return "\n".join(lines) + "\n"


def _expressions(passport: Passport) -> str:
    named = {"value": passport.value, "numerator": passport.numerator, "denominator": passport.denominator,
             "exclusions": passport.exclusions}
    return "; ".join(f"`{name}: {text}`" for name, text in named.items() if text and text != "true")


def _label(name: str, lang: str) -> str:
    return _LABELS[name][0 if _zh(lang) else 1]


def _zh(lang: str) -> bool:
    return not lang.startswith("en")


if __name__ == "__main__":
    print(markdown("en"), end="")
