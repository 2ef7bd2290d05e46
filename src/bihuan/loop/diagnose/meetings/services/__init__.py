"""Writing meetings."""

from .decisions import decide, settle_decision
from .errors import MeetingError
from .files import export_minutes
from .holding import change_meeting, close_meeting, hold_meeting, plan_meeting, write_minutes
from .ideas import add_idea, rank_idea, vote
from .inviting import watch_meetings
from .telling import watch_decisions

__all__ = ["MeetingError", "add_idea", "change_meeting", "close_meeting", "decide", "export_minutes", "hold_meeting",
           "plan_meeting", "rank_idea", "settle_decision", "vote", "watch_decisions", "watch_meetings",
           "write_minutes"]
