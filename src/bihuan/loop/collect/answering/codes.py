"""QR codes of links, and the sheet that is printed and put up."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import segno
from django.utils.translation import gettext as _

from bihuan.engine.charts.render import FONT

SHEET = Path(__file__).parent / "sheet.typ"
REGIONS = {"zh-hans": "cn", "zh-hant": "tw", "en": "gb"}


def svg(address: str) -> bytes:
    """Return a code that survives a scratch, without a background."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=8, border=4, xmldecl=False)
    return out.getvalue()


def png(address: str) -> bytes:
    """Return the code large enough for print."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=16, border=4)
    return out.getvalue()


def sheet(*, title: str, name: str, place: str, address: str, anonymous: bool, language: str) -> bytes:
    """Return a page of A4 (PDF) with the code, what it is for and where it hangs; the address stands below it."""
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    told = {
        "title": title, "name": name, "place": place, "address": address, "code": svg(address).decode(),
        "ask": _("请扫码告诉我们您的感受"),
        "note": _("匿名填写，无需提供真实姓名。") if anonymous else _("只需几分钟，谢谢。"),
        "lang": language.split("-")[0], "region": REGIONS.get(language, "cn"), "font": FONT}
    return typst.compile(SHEET, format="pdf", font_paths=[sans_path().parent], ignore_system_fonts=True,
                         sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)})
