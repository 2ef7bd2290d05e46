"""Every write of the room: answers, sending, links, rewards, triggers."""

from ..contracts import Submitted
from ..errors import Refused
from .dispatch import (
    invite_sample,
    note_bounces,
    note_report,
    pause_dispatch,
    post_open_link,
    remind,
    save_dispatch,
    send_trial,
    start_dispatch,
)
from .drafts import keep_draft, note_opened
from .elsewhere import bring_in, decide_columns, note_answered, prepare_push, refresh_pushes, take_file
from .listing import list_customers, list_typed, plan_of
from .rewards import give_promised, give_reward
from .sites import add_site, open_link, opens_kiosk, switch_site, test_link
from .submit import Incomplete, submit, submit_for, turn_away
from .triggers import save_rule, switch_rule
from .withdraw import erase_customer, withdraw
from .writing import flush, retry_failed

__all__ = [
    "Incomplete", "Refused", "Submitted", "add_site", "bring_in", "decide_columns", "erase_customer", "flush",
    "give_promised", "give_reward", "invite_sample", "keep_draft", "list_customers", "list_typed", "note_answered",
    "note_bounces", "note_opened", "note_report", "open_link", "opens_kiosk", "pause_dispatch", "plan_of",
    "post_open_link", "prepare_push", "refresh_pushes", "remind", "retry_failed", "save_dispatch", "save_rule",
    "send_trial", "start_dispatch", "submit", "submit_for", "switch_rule", "switch_site", "take_file", "test_link",
    "turn_away", "withdraw",
]
