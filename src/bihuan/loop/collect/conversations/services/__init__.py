"""Everything that changes something here, one function each; other rooms enter by these names."""

from .indexing import begin_index, ensure_index
from .recordings import (
    add_recording,
    bar_on,
    erase_customer,
    lock_recordings,
    note_play,
    recording_file,
    register_recording,
    remove_recording,
    require_play,
)
from .retention import delete_expired, save_terms, start_deletion
from .tagging import (
    create_tag,
    load_tags,
    mark_read,
    mark_unread,
    note_reveal,
    remove_span,
    set_quote,
    tag_span,
    update_tag,
)

__all__ = [
    "add_recording", "bar_on", "begin_index", "create_tag", "delete_expired", "ensure_index", "erase_customer",
    "load_tags", "lock_recordings", "mark_read", "mark_unread", "note_play", "note_reveal", "recording_file",
    "register_recording",
    "remove_recording", "remove_span", "require_play", "save_terms", "set_quote", "start_deletion",
    "tag_span", "update_tag",
]
