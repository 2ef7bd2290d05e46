"""Corrections of a theme, each a form of its own."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.engine.text.themes.corrections import KINDS, Correction
from bihuan.engine.text.themes.words import topic_words

from ..queries.theme_lines import ThemeLine
from ..queries.themes import ThemePage


class CorrectionForm(forms.Form):
    """One correction of a theme; which fields it needs depends on its kind.

    Themes are meant by their names: their order may be another by the time the form is sent, as after a double click.
    ``place`` tells themes of one name apart.
    """

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    place = forms.IntegerField(min_value=0)
    theme = forms.CharField()
    name = forms.CharField(label=_("名称"), max_length=40, required=False)
    other = forms.CharField(label=_("另一主题"), required=False)
    words = forms.CharField(label=_("词语"), max_length=200, required=False)
    answer = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, page: ThemePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        kind, own = told.get("kind"), self._meant(told)
        if own is None:
            raise forms.ValidationError(_("这个主题已不在：请刷新页面再试。"))
        if kind in ("merge", "move") and self._other(told, own) is None:
            raise forms.ValidationError(_("请选择另一个主题。"))
        if kind == "rename" and not told.get("name", "").strip():
            raise forms.ValidationError(_("请填写名称。"))
        if kind == "rename" and told["name"].strip() in (own.name, own.label):
            raise forms.ValidationError(_("名称没有改。"))
        if kind == "split" and not self._words(told):
            raise forms.ValidationError(_("请写出分出去的意见里有的词语。"))
        if kind == "move" and told.get("answer") not in {quote.answer for quote in own.quotes}:
            raise forms.ValidationError(_("这条意见已不在：请刷新页面再试。"))
        return told | {"own": own, "another": self._other(told, own)}

    def correction(self) -> Correction:
        """Return what was asked for in the engine's terms."""
        told, own, other = self.cleaned_data, self.cleaned_data["own"], self.cleaned_data["another"]
        others = (other.terms,) if told["kind"] in ("merge", "move") else ()
        name = told["name"].strip() if told["kind"] in ("rename", "merge", "split") else ""
        words: tuple[str, ...] = ()
        if told["kind"] == "split":
            words = tuple(self._words(told))
        elif told["kind"] == "move":
            text = next(quote.text for quote in own.quotes if quote.answer == told["answer"])
            words = tuple(topic_words(text))
        return Correction(told["kind"], own.terms, name, others, words,
                          told["answer"] if told["kind"] == "move" else "")

    def _meant(self, told: dict[str, Any]) -> ThemeLine | None:
        named = [line for line in self.page.lines if line.name == told.get("theme")]
        return min(named, key=lambda line: line.place != told.get("place"), default=None)

    def _other(self, told: dict[str, Any], own: ThemeLine) -> ThemeLine | None:
        return next((line for line in self.page.lines if line.name == told.get("other") and line.place != own.place),
                    None)

    @staticmethod
    def _words(told: dict[str, Any]) -> list[str]:
        return [word for word in re.split(r"[\s,，、;；]+", told.get("words", "")) if word]
