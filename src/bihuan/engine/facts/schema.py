"""The source tables: what one row of each is, its columns, and the columns that make two rows the same thing.

Ids are strings. Times are UTC. ``cases.id`` is ``<source>:<external_id>`` so that two systems never collide;
agents, units and customers are shared between systems and keep their own ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
NUMBER = pa.float64()
COUNT = pa.int64()
FLAG = pa.bool_()

# Written by the lake, never by a mapping.
TECHNICAL = [("source", TEXT), ("batch", TEXT), ("recorded_at", TIME)]

CHANNELS = ("phone", "online", "email", "ticket", "wechat", "social", "counter", "other")
CASE_KINDS = ("contact", "complaint", "incident", "request", "callback")
ACTOR_KINDS = ("agent", "bot", "system", "customer")
EVENT_KINDS = (
    "opened", "queued", "answered", "abandoned", "ended", "hold", "unhold", "wrapped",
    "assigned", "transferred", "responded", "replied", "note", "pending", "resumed",
    "resolved", "closed", "reopened", "escalated", "other",
)
# Times of what has happened: none of them can lie after the import. Promised, due and end-of-period times may.
HAPPENED = {
    "cases": ("opened", "first_response_at", "resolved_at", "closed_at"), "events": ("at",), "messages": ("at",),
    "answers": ("at",), "inspection_scores": ("at",), "invitations": ("at", "answered_at"), "agent_states": ("start",),
    "concessions": ("at",), "attributions": ("at",), "links": ("at",),
}
DUE = {"cases": ("promised",)}
# Stamps of what a record says did not take place: they tell a length of 0 s and are no step of a process.
NOT_DONE = ("not_held", "not_wrapped")
PAUSE_CAUSES = ("customer", "third_party", "test")
UNIT_KINDS = ("team", "centre", "vendor", "department")
METRICS = ("csat", "nps", "ces", "callback", "other")
# Novice, advanced beginner, competent, proficient, expert: S. E. Dreyfus 2004, Bulletin of Science, Technology and
# Society 24(3):177-181.
SKILL_LEVELS = ("1", "2", "3", "4", "5")
# What ``messages.attributes`` says (SQL) where the source tells no times: such messages have an order, and no moment.
UNTIMED = """'{"timed":false}'"""
# What is left of the attributes of a message whose words are deleted: figures rest on that mark, which names nobody.
MARK_ALONE = f"CASE WHEN attributes = {UNTIMED} THEN attributes END"


@dataclass(frozen=True)
class SourceTable:
    """One source table: Arrow fields, the key of a row, the fields a row cannot do without, its time."""

    name: str
    fields: list[tuple[str, pa.DataType]]
    key: tuple[str, ...]
    required: tuple[str, ...]
    time: str | None = None
    case_columns: tuple[str, ...] = field(default=())

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([*self.fields, *TECHNICAL])

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.fields]


def _table(name, fields, key, required=None, time=None, case_columns=()):
    return SourceTable(name, fields, tuple(key), tuple(required or key), time, tuple(case_columns))


TABLES: dict[str, SourceTable] = {table.name: table for table in [
    _table("cases", [
        ("id", TEXT), ("external_id", TEXT), ("customer", TEXT), ("channel", TEXT), ("kind", TEXT), ("topic", TEXT),
        ("product", TEXT), ("region", TEXT), ("tier", TEXT), ("priority", TEXT), ("unit", TEXT), ("agent", TEXT),
        ("status", TEXT), ("opened", TIME), ("promised", TIME), ("first_response_at", TIME), ("resolved_at", TIME),
        ("closed_at", TIME), ("resolved", FLAG), ("sla_met", FLAG), ("reopen_count", COUNT), ("reassign_count", COUNT),
        ("subject", TEXT), ("attributes", TEXT),  # attributes: a JSON object of what has no column of its own
    ], ["id"], ["id", "opened"], "opened", ["id"]),
    _table("events", [
        ("id", TEXT), ("case", TEXT), ("at", TIME), ("seq", COUNT), ("activity", TEXT), ("kind", TEXT), ("actor", TEXT),
        ("actor_kind", TEXT), ("unit", TEXT), ("cause", TEXT), ("public", FLAG), ("origin", TEXT),
        ("attributes", TEXT),  # origin: log | stamp
    ], ["id"], ["case", "at", "activity"], "at", ["case"]),
    _table("messages", [
        ("id", TEXT), ("case", TEXT), ("at", TIME), ("seq", COUNT), ("sender", TEXT), ("sender_kind", TEXT),
        ("channel", TEXT), ("text", TEXT), ("public", FLAG), ("attributes", TEXT),
    ], ["id"], ["case", "at"], "at", ["case"]),
    _table("answers", [
        ("id", TEXT), ("case", TEXT), ("customer", TEXT), ("agent", TEXT), ("survey", TEXT), ("question", TEXT),
        ("metric", TEXT), ("value", NUMBER), ("text", TEXT), ("at", TIME), ("channel", TEXT), ("entered_by", TEXT),
        ("status", TEXT), ("weight", NUMBER),  # status: valid | late | test | staff | withdrawn
    ], ["id"], ["id", "metric", "at"], "at", ["case"]),
    _table("inspection_scores", [
        ("id", TEXT), ("case", TEXT), ("agent", TEXT), ("scorecard", TEXT), ("item", TEXT), ("score", NUMBER),
        ("max_score", NUMBER), ("reviewer", TEXT), ("at", TIME),
    ], ["id"], ["id", "case", "item", "at"], "at", ["case"]),
    _table("invitations", [
        ("id", TEXT), ("case", TEXT), ("customer", TEXT), ("agent", TEXT), ("survey", TEXT), ("channel", TEXT),
        ("at", TIME), ("status", TEXT), ("reason", TEXT), ("answered_at", TIME),
    ], ["id"], ["id", "at"], "at", ["case"]),
    _table("agent_states", [
        ("id", TEXT), ("agent", TEXT), ("state", TEXT), ("start", TIME), ("end", TIME),
        ("channel", TEXT),  # state: available | talk | hold | wrap | busy | break | training
    ], ["id"], ["agent", "state", "start"], "start"),
    _table("exposures", [
        ("id", TEXT), ("start", TIME), ("end", TIME), ("kind", TEXT), ("channel", TEXT), ("product", TEXT),
        ("region", TEXT), ("unit", TEXT), ("count", NUMBER),  # kind: contact | customer | order
    ], ["id"], ["start", "kind", "count"], "start"),
    _table("concessions", [
        ("id", TEXT), ("case", TEXT), ("agent", TEXT), ("amount", NUMBER), ("currency", TEXT), ("clause", TEXT),
        ("approved_by", TEXT), ("at", TIME),
    ], ["id"], ["id", "case", "amount", "at"], "at", ["case"]),
    _table("customers", [
        ("id", TEXT), ("name", TEXT), ("tier", TEXT), ("region", TEXT), ("kind", TEXT), ("phone", TEXT),
        ("email", TEXT), ("since", TIME), ("attributes", TEXT),
    ], ["id"]),
    _table("customer_history", [
        ("customer", TEXT), ("attribute", TEXT), ("value", TEXT), ("valid_from", TIME), ("valid_to", TIME),
    ], ["customer", "attribute", "valid_from"]),
    _table("agents", [
        ("id", TEXT), ("name", TEXT), ("employee_no", TEXT), ("hired", TIME), ("left", TIME),
    ], ["id"]),
    _table("units", [
        ("id", TEXT), ("name", TEXT), ("parent", TEXT), ("kind", TEXT), ("valid_from", TIME), ("valid_to", TIME),
    ], ["id"], ["id", "name", "kind"]),
    _table("memberships", [
        ("agent", TEXT), ("unit", TEXT), ("role", TEXT), ("valid_from", TIME), ("valid_to", TIME),
    ], ["agent", "unit", "valid_from"], ["agent", "unit"]),
    _table("skills", [
        # What somebody masters, a problem type or a system, from a day on; the newest assessment holds.
        ("agent", TEXT), ("skill", TEXT), ("level", TEXT), ("valid_from", TIME), ("method", TEXT),
        ("assessed_by", TEXT),
    ], ["agent", "skill", "valid_from"], ["agent", "skill", "level"]),
    _table("attributions", [
        ("id", TEXT), ("case", TEXT), ("kind", TEXT), ("share", NUMBER), ("clause", TEXT), ("turn", TEXT),
        ("reviewer", TEXT), ("round", COUNT), ("at", TIME),
    ], ["id"], ["id", "case", "kind", "share"], None, ["case"]),
    _table("links", [
        ("id", TEXT), ("case", TEXT), ("other", TEXT), ("kind", TEXT), ("at", TIME), ("undone_at", TIME),
    ], ["id"], ["id", "case", "other", "kind"], None, ["case", "other"]),
]}
