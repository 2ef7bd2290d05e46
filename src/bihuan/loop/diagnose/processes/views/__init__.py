from .cards import card_raise, cards
from .checks import conformance, process_compare, step_numbers, step_rows
from .log import bottlenecks, cases, compare, process_map, rework, variants
from .register import (
    draft,
    duties,
    process,
    process_file,
    process_list,
    process_new,
    publish_version,
    step_act,
    step_edit,
    steps_import,
)

__all__ = [
    "bottlenecks", "card_raise", "cards", "cases", "compare", "conformance", "draft", "duties", "process",
    "process_compare", "process_file", "process_list", "process_map", "process_new", "publish_version", "rework",
    "step_act", "step_edit", "step_numbers", "step_rows", "steps_import", "variants",
]
