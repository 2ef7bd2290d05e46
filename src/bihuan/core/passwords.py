"""Django's checks of a new password, in the words of the product: some of Django's own are not in Chinese."""

from __future__ import annotations

from django.contrib.auth import password_validation as checks
from django.utils.translation import gettext as _


class LongEnough(checks.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("密码太短，至少需要 %(count)s 个字符。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(count)s 个字符。") % {"count": self.min_length}


class UnlikeThePerson(checks.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("密码与您的用户名或邮箱太相似。")

    def get_help_text(self) -> str:
        return _("不能与您的用户名或邮箱太相似。")


class Uncommon(checks.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("这个密码太常见，容易被猜到。")

    def get_help_text(self) -> str:
        return _("不能是常见的密码。")
