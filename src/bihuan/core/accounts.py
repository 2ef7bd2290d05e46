"""How people log in: by user name or e-mail; nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import audit
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by those who manage people; a password that its owner changed is theirs for good."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)
        audit.record("core.password_changed", user, actor=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The start page: the form itself would look as if nothing had happened."""
        return "/"

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any,
                    **kwargs: Any) -> None:
        """The next page shows that a log-in succeeded; a message that repeats it is noise. A new password is told."""
        if message_template == "account/messages/password_changed.txt":
            messages.success(request, _("密码已修改。"))
