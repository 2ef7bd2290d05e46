"""Everything that changes something here, one function each; other rooms enter by these names."""

from .contact import (
    contact_from,
    lift_refusal,
    may_contact,
    read_stop_token,
    refuse_contact,
    stop_by_token,
    stop_path,
    stop_token,
)
from .exports import (
    approve_export,
    ask_address,
    ask_export,
    may_export_now,
    refuse_export,
    take_export,
    watermark_for,
    watermark_now,
)
from .files import csv_mark, mark_sheet, mark_workbook, marked_excel
from .preferences import preferences, save_masking, save_preferences
from .registers import (
    approve_assessment,
    bar_of_use,
    discard_assessment,
    give_consent,
    has_consent,
    record_entry,
    require_assessment,
    require_vendor_agreement,
    use_body,
    use_data,
    uses,
    withdraw_consent,
    withdrawal_of,
)
from .requests import answer_request, open_request, refuse_request, verify_identity
from .reveal import (
    find_customers,
    may_reveal,
    may_reveal_some,
    record_reveal,
    require_agreement,
    reveal_customer,
)

__all__ = [
    "answer_request", "approve_assessment", "approve_export", "ask_address", "ask_export", "bar_of_use",
    "contact_from", "csv_mark", "discard_assessment", "find_customers", "give_consent", "has_consent", "lift_refusal",
    "mark_sheet", "mark_workbook", "marked_excel", "may_contact", "may_export_now", "may_reveal",
    "may_reveal_some", "open_request", "preferences",
    "read_stop_token", "record_entry",
    "record_reveal", "refuse_contact", "refuse_export", "refuse_request", "require_agreement", "require_assessment",
    "require_vendor_agreement", "reveal_customer", "save_masking", "save_preferences", "stop_by_token", "stop_path",
    "stop_token", "take_export", "use_body", "use_data", "uses", "verify_identity", "watermark_for", "watermark_now",
    "withdraw_consent", "withdrawal_of",
]
