"""Every write of this room; other rooms call ``notify``."""

from .channels import save_channel, send_test, set_channel_active
from .choices import save_choices, save_preference
from .deliver import deliver, resend
from .inbox import mark_all_read, mark_read
from .notify import notify

__all__ = [
    "deliver", "mark_all_read", "mark_read", "notify", "resend", "save_channel", "save_choices", "save_preference",
    "send_test", "set_channel_active",
]
