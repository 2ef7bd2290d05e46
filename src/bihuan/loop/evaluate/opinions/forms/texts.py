"""Chapters of a survey's report, and a file of its forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..queries.texts import TITLES

MOST_BYTES = 5 * 1024 * 1024
AREA = forms.Textarea(attrs={"rows": 5})


class TextForm(forms.Form):
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(label=_("修改说明"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in TITLES.items():
            self.fields[key] = forms.CharField(label=title, max_length=6000, required=False, widget=AREA)
        self.order_fields([*TITLES, "note", "base"])

    def chapters(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in TITLES}


class FormsFile(forms.Form):
    file = forms.FileField(
        label=_("填好的表"), help_text=_("从这里下载的 Excel；只有（三）的“客户具体评价/建议”可改。"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 5 MB。"))
        return file
