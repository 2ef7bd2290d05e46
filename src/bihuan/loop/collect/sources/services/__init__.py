"""Every write of the room of sources."""

from .keep import delete_source, pause_source, reset_source, resume_source, run_now, save_source
from .names import name_sources
from .probe import try_source
from .turn import run_due, run_source

__all__ = ["delete_source", "name_sources", "pause_source", "reset_source", "resume_source", "run_due", "run_now",
           "run_source", "save_source", "try_source"]
