"""What people type on the pages of conversations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contracts import CHANNELS, KIND_LABELS, Wanted
from .models import Tag

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SearchForm(forms.Form):
    """What the list shows; a wrong value shows everything."""

    q = forms.CharField(label=_("说了什么"), required=False, max_length=120,
                        widget=forms.TextInput(attrs={"placeholder": _("例如：可能；多个词用空格分开")}))
    channel = forms.ChoiceField(label=_("渠道"), required=False, choices=[("", _("全部")), *CHANNELS.items()])
    tag = forms.ChoiceField(label=_("标签"), required=False)
    start = forms.DateField(label=_("从"), required=False, widget=DAY)
    end = forms.DateField(label=_("到"), required=False, widget=DAY)
    case = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, tags: list[Tag]) -> None:
        super().__init__(data)
        self.fields["tag"].choices = [("", _("全部")), *((str(tag.pk), tag.name) for tag in tags)]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        told = self.cleaned_data
        return Wanted(told.get("q", ""), told.get("channel", ""), int(told["tag"]) if told.get("tag") else None,
                      told.get("start"), told.get("end"), told.get("case", ""))


class PeriodForm(forms.Form):
    """The days that counts are taken over."""

    start = forms.DateField(label=_("从"), required=False, widget=DAY)
    end = forms.DateField(label=_("到"), required=False, widget=DAY)


class SpanForm(forms.Form):
    """Words of a message and the tag they get; without places the whole message."""

    message = forms.CharField(max_length=200)
    tag = forms.ModelChoiceField(Tag.objects.filter(is_active=True))
    start = forms.IntegerField(required=False, min_value=0)
    end = forms.IntegerField(required=False, min_value=1)


class TagForm(forms.ModelForm):
    """One tag of the list."""

    class Meta:
        model = Tag
        fields = ["kind", "name", "description", "is_active"]

    def validate_unique(self) -> None:
        """The service says it, with the name."""


class RecordingForm(forms.Form):
    """A recording, uploaded or lying in the recordings folder."""

    file = forms.FileField(label=_("录音文件"), required=False,
                           help_text=_("WAV、MP3、M4A、OGG 或 WebM，最大 200 MB。"),
                           widget=forms.FileInput(attrs={"accept": ".wav,.mp3,.m4a,.ogg,.webm"}))
    path = forms.CharField(label=_("或录音目录中的路径"), required=False, max_length=300)
    channel = forms.ChoiceField(label=_("渠道"), choices=list(CHANNELS.items()), initial="phone")
    recorded_at = forms.DateTimeField(label=_("录制时间"), widget=forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), initial=timezone.now)
    duration_s = forms.IntegerField(label=_("时长（秒）"), required=False, min_value=1, max_value=86_400,
                                    help_text=_("WAV 文件自动读取，其他格式请填写。"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if bool(told.get("file")) == bool(told.get("path")):
            self.add_error("file", _("请选择文件，或填写录音目录中的路径，二者取一。"))
        return told


class ReasonForm(forms.Form):
    """Why personal data are shown."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RetentionForm(forms.Form):
    """Months by kind of data; empty keeps it."""

    def __init__(self, *args: Any, months: dict[str, int | None], **more: Any) -> None:
        super().__init__(*args, **more)
        for kind, label in KIND_LABELS.items():
            self.fields[kind] = forms.IntegerField(
                label=label, required=False, min_value=1, max_value=600, initial=months.get(kind),
                widget=forms.NumberInput(attrs={"class": "form-control months"}))
