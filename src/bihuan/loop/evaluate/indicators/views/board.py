"""The indicator board; its whole state is the address, so links, bookmarks and the back button just work."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.privacy.services import ask_address
from bihuan.core.rights import can
from bihuan.core.web import needs

from ..contracts import PAGE_SIZE, PICKED, BoardState
from ..forms.board import read_state
from ..queries import engine
from ..queries.address import write_state
from ..queries.board import asked
from ..queries.board import board as board_of
from ..queries.choices import chips, pickers, tabs
from ..queries.periods import fixed
from ..queries.words import dimension_labels, said
from ..rights import reach
from ..services.exports import ApprovalNeeded, export_board
from .common import FORMAT_NAMES, REFUSALS, file_response, refused

# The buttons of the board and the permission each needs.
ACTIONS = {"export": "evaluate.export", "targets": "evaluate.change_targets"}


@require_GET
@needs("evaluate.view_board")
@patient
def board(request: HttpRequest) -> HttpResponse:
    """Show the board an address asks for; an address that cannot be meant shows why and no numbers."""
    state, problems = read_state(request.GET)
    found = None
    if not problems:
        try:
            found = board_of(asked(state, request.user))
        except REFUSALS as error:
            problems = [said(error)]
    context = {
        **filter_context(request, state), "problems": problems, "board": found, "formats": FORMAT_NAMES,
        "may": {name: can(request.user, permission) for name, permission in ACTIONS.items()},
        "page": Paginator(range(found.count), PAGE_SIZE).page(found.page) if found and found.count else None,
    }
    return render(request, "indicators/board.html", context, status=422 if problems else 200)


def filter_context(request: HttpRequest, state: BoardState) -> dict[str, Any]:
    """Return what the row of pickers above a board needs."""
    labels = dimension_labels()
    scope = reach(request.user, "evaluate.view_board")
    offered = pickers(state, scope)
    shown = {name: offered[name] for name in offered if name not in ("unit", "channel")}
    return {
        "state": state, "address": write_state(state), "pickers": offered,
        "tabs": tabs(state, request.path), "chips": chips(state, request.path, scope), "agents": state.chosen("agent"),
        "labels": {**labels, "period": _("周期"), "grain": _("趋势步长"), "by": _("分组"), "compare": _("对比"),
                   "other": _("对比单位"), "indicator": _("指标")},
        "more": [(name, labels[name], shown[name]) for name in PICKED if name in shown],
        "by_label": labels.get(state.by, ""), "name_sort_url": "?" + write_state(state.with_(sort="")),
    }


@require_GET
@needs("evaluate.export")
def board_export(request: HttpRequest) -> HttpResponse:
    """Send the board an address asks for as a file: every line of it, not only the page on the screen."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        export = export_board(state=state, actor=request.user, form=request.GET.get("format", "xlsx"))
    except REFUSALS as error:
        return refused(request, [said(error)])
    except ApprovalNeeded as needed:
        return redirect(ask_address(kind="indicators.board", title=needed.title, rows=needed.rows,
                                    args={"address": write_state(fixed(state, engine.today()))}))
    return file_response(export)
