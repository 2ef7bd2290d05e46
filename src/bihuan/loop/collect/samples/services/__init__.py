"""Everything that changes something here, one function each; other rooms enter by these names."""

from .asking import may_ask, note_asks, save_ask_rule

__all__ = ["may_ask", "note_asks", "save_ask_rule"]
