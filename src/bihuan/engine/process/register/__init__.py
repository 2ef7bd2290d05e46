"""Steps of a procedure as data, and as the files people keep them in: Excel, BPMN 2.0 and Mermaid."""

from .bpmn import read_bpmn, write_bpmn
from .mermaid import read_mermaid, write_mermaid
from .sheet import read_sheet, write_sheet
from .steps import LETTERS, RegisterError, Step

__all__ = ["LETTERS", "RegisterError", "Step", "read_bpmn", "read_mermaid", "read_sheet", "write_bpmn",
           "write_mermaid", "write_sheet"]
