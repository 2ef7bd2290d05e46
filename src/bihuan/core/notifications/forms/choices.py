"""The page on which a person chooses how to be told of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import named

from ..contracts import NOTICES, TIMINGS, Event
from ..models import Channel
from ..queries.people import Wish
from ..services.choices import Chosen
from .channels import TIME

WEEKDAYS = [("0", _("周一")), ("1", _("周二")), ("2", _("周三")), ("3", _("周四")), ("4", _("周五")), ("5", _("周六")),
            ("6", _("周日"))]


class HoursForm(forms.Form):
    hours_from = forms.TimeField(label=_("工作时段开始"), widget=TIME)
    hours_until = forms.TimeField(label=_("工作时段结束"), widget=TIME)
    digest_at = forms.TimeField(label=_("每日汇总时间"), widget=TIME)
    weekdays = forms.MultipleChoiceField(label=_("工作日"), required=False, choices=WEEKDAYS,
                                         widget=forms.CheckboxSelectMultiple, help_text=_("都不选表示每天。"))

    def clean_weekdays(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["weekdays"]]


@dataclass(frozen=True)
class ChoiceLine:
    """One event of the page with the fields of its line."""

    event: Event
    inbox: BoundField
    mail: BoundField
    channels: tuple[BoundField, ...]
    timing: BoundField


class ChoicesForm(forms.Form):
    """A line an event: inbox, mail, each own robot, and when."""

    def __init__(self, *args: Any, own: list[Channel], wishes: dict[str, Wish], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        for key, event in NOTICES.items():
            wish, said = wishes[key], {"event": event.label}
            self._add(f"{key}-inbox", _("%(event)s：站内") % said, wish.in_inbox)
            self._add(f"{key}-mail", _("%(event)s：邮件") % said, wish.by_mail)
            for channel in own:
                self._add(f"{key}-{channel.pk}", named(event.label, channel.name), channel in wish.channels)
            self.fields[f"{key}-timing"] = forms.ChoiceField(
                label=_("%(event)s：时机") % said, choices=list(TIMINGS.items()), initial=wish.timing)
            self.fields[f"{key}-timing"].widget.attrs.update({
                "aria-label": self.fields[f"{key}-timing"].label, "class": "form-select form-select-sm"})

    def _add(self, name: str, label: Any, initial: bool) -> None:
        self.fields[name] = forms.BooleanField(label=label, required=False, initial=initial)
        self.fields[name].widget.attrs.update({"aria-label": label, "class": "form-check-input"})

    def lines(self) -> Iterator[ChoiceLine]:
        for key, event in NOTICES.items():
            yield ChoiceLine(event, self[f"{key}-inbox"], self[f"{key}-mail"],
                             tuple(self[f"{key}-{channel.pk}"] for channel in self.own), self[f"{key}-timing"])

    def chosen(self) -> dict[str, Chosen]:
        told = self.cleaned_data
        return {key: Chosen(
            in_inbox=told[f"{key}-inbox"], by_mail=told[f"{key}-mail"], timing=told[f"{key}-timing"],
            channels=tuple(channel.pk for channel in self.own if told[f"{key}-{channel.pk}"])) for key in NOTICES}
