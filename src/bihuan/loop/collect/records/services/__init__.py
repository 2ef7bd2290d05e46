"""Every write of the import room."""

from .imports import (
    answer_questions,
    check_file,
    choose_draft,
    choose_preset,
    derive_batch,
    finish_written,
    forget_answers,
    import_file,
    keep_mapping,
    note_download,
    note_written,
    remove_mapping,
    save_preset,
    set_reading,
    start_check,
    start_import,
    undo_batch,
)
from .uploads import (
    discard_if_open,
    discard_upload,
    erase_customer,
    finish_upload,
    receive_file,
    receive_part,
    start_upload,
)

__all__ = [
    "answer_questions", "check_file", "choose_draft", "choose_preset", "derive_batch", "discard_if_open",
    "discard_upload", "erase_customer", "finish_upload", "finish_written", "forget_answers", "import_file",
    "keep_mapping", "note_download", "note_written", "receive_file", "receive_part", "remove_mapping", "save_preset",
    "set_reading", "start_check", "start_import", "start_upload", "undo_batch",
]
