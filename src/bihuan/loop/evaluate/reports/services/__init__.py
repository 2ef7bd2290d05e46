"""Writing of reports and of 表1."""

from .renewing import NotRenewed, renew_report, renew_table, standing_line
from .reports import (
    EXPORT,
    FORMATS,
    EditedMeanwhile,
    create_report,
    draft_report,
    edit_report,
    fail_report,
    read_query,
    stored_query,
    write_report,
)
from .tables import TableError, create_table, fill_block, follow_line, take_file, take_table, write_table

__all__ = ["EXPORT", "FORMATS", "EditedMeanwhile", "NotRenewed", "TableError", "create_report", "create_table",
           "draft_report", "edit_report", "fail_report", "fill_block", "follow_line", "read_query", "renew_report",
           "renew_table", "standing_line", "stored_query", "take_file", "take_table", "write_report", "write_table"]
