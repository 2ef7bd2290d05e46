"""The log-in form without the hints of the library in its fields: they repeat the labels, half of them in English."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as LibraryForm


class LoginForm(LibraryForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        # What stands in it is a user name as often as a mail address; a password manager looks for this word.
        self.fields["login"].widget.attrs["autocomplete"] = "username"
