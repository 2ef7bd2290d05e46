"""Every write of this room; other rooms call ``notify``."""

from .channels import save_channel, send_test, set_channel_active
from .choices import save_choices, save_preference
from .deliver import deliver, resend
from .inbox import mark_all_read, mark_read
from .notify import notify
from .outside import CARRIERS, GROUPS, post_to_group, secret_of, send_outside

__all__ = [
    "CARRIERS", "GROUPS", "deliver", "mark_all_read", "mark_read", "notify", "post_to_group", "resend", "save_channel",
    "save_choices", "save_preference", "secret_of", "send_outside", "send_test", "set_channel_active",
]
