"""QR codes of public addresses."""

from __future__ import annotations

from io import BytesIO

import segno


def svg(address: str) -> bytes:
    """Return a code that survives a scratch, without a background."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=8, border=4, xmldecl=False)
    return out.getvalue()
