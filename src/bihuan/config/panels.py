"""Panels that a higher room puts on a lower room's page: place -> addresses, loaded by htmx into that place.

A place is a name that the lower page offers, such as ``case`` or ``batch``; an address is a URL name that takes the
same arguments as that page.
"""

PANELS: dict[str, tuple[str, ...]] = {}
