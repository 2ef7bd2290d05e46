"""Every write of the import room."""

from .imports import (
    answer_questions,
    check_file,
    choose_draft,
    choose_preset,
    finish_written,
    forget_answers,
    import_file,
    keep_mapping,
    note_download,
    remove_mapping,
    save_preset,
    set_reading,
    start_check,
    start_import,
    undo_batch,
)
from .uploads import discard_upload, finish_upload, receive_file, receive_part, start_upload

__all__ = [
    "answer_questions", "forget_answers", "keep_mapping", "remove_mapping",
    "check_file", "choose_draft", "choose_preset", "discard_upload", "finish_upload", "finish_written",
    "import_file", "note_download", "receive_file", "receive_part", "save_preset", "set_reading", "start_check",
    "start_import", "start_upload", "undo_batch",
]
