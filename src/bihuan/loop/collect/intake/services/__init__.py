"""Every write of the room: receiving, writing into the lake, webhooks."""

from .erase import erase_customer
from .hooks import change_hook, create_hook, deliver, find_hook, replace_secret, switch_hook
from .receive import receive_delivery, receive_push
from .writing import flush, retry_failed

__all__ = ["change_hook", "create_hook", "deliver", "erase_customer", "find_hook", "flush",
           "receive_delivery", "receive_push", "replace_secret", "retry_failed", "switch_hook"]
