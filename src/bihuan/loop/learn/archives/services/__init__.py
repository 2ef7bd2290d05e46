"""Filing: making bundles, where they are filed, whether they are whole, how long they are kept."""

from .keeping import check_archive, delete_expired, file_under, save_rule, start_deletion, take_archive, verify_all
from .making import fail_archive, make_archive, start_archive, start_review_archive

__all__ = ["check_archive", "delete_expired", "fail_archive", "file_under", "make_archive", "save_rule",
           "start_archive", "start_deletion", "start_review_archive", "take_archive", "verify_all"]
