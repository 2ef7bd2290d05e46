"""Pages of reports and of 表1."""

from .reports import report, report_edit, report_file, report_list, report_new, report_renew
from .tables import table, table_file, table_fill, table_list, table_new, table_renew, table_upload

__all__ = ["report", "report_edit", "report_file", "report_list", "report_new", "report_renew", "table", "table_file",
           "table_fill", "table_list", "table_new", "table_renew", "table_upload"]
