"""The procedure that the generated log is held against; the peers read it too, so that all check the same."""

# (step, may be left out), each done once and in this order.
STEPS = (("New", False), ("Assigned", False), ("First reply", False), ("Waiting", True), ("Customer answered", True),
         ("Handed over", True), ("Resolved", False), ("Closed", False))
OUTSIDE = ("Reopened",)     # belongs to no step
