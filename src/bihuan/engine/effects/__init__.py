"""Whether a measure worked: effects of a change with their intervals, and the verdict that follows by stated rules."""
