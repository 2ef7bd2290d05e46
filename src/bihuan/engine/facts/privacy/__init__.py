"""Personal data in fields, texts, file names and logs: found, masked, kept apart, and left out where it is blocked."""

from .masking import Masked, Span, find, mask, mask_field, mask_file_name, mask_many, mask_text, restore
from .rules import DEFAULT, KINDS, OwnPattern, Rules, load_rules, publish_rules

__all__ = [
    "DEFAULT", "KINDS", "Masked", "OwnPattern", "Rules", "Span", "find", "load_rules", "mask", "mask_field",
    "mask_file_name", "mask_many", "mask_text", "publish_rules", "restore",
]
