"""The derived facts: one table a grain, every indicator is a group-by over one of them.

Durations are whole seconds (int64) and None where the thing did not happen or cannot be known. A flag is None where the
source says nothing about such a state (``derive.says``).
``*_business_s`` counts only the working time of the case's calendar, without pauses.
Gaps to the neighbouring contact are stored, not yes/no per window: another window is another group-by.
"""

from __future__ import annotations

import pyarrow as pa

from .schema import COUNT, FLAG, NUMBER, TEXT, TIME

DIMENSIONS = [
    ("case", TEXT), ("external_id", TEXT), ("source", TEXT), ("customer", TEXT), ("channel", TEXT), ("kind", TEXT),
    ("topic", TEXT), ("product", TEXT), ("region", TEXT), ("tier", TEXT), ("priority", TEXT), ("unit", TEXT),
]

GRAINS: dict[str, pa.Schema] = {
    "case": pa.schema([
        *DIMENSIONS,
        ("is_complaint", FLAG),        # None for all where only complaints, or none, are on record
        ("agent", TEXT),               # who owned the case last: its last agent event, else the case's own field
        ("opened", TIME), ("promised", TIME), ("status", TEXT),
        ("first_response_at", TIME), ("responder", TEXT),      # first public act of a person, and who did it
        ("first_response_s", COUNT), ("first_response_business_s", COUNT),
        ("responded", FLAG),           # None: nobody can tell, or only a bot served and no person was asked for
        ("offered", FLAG), ("answered", FLAG), ("abandoned", FLAG), ("answered_at", TIME), ("answerer", TEXT),
        ("wait_s", COUNT),             # queued to answered, or queued to abandoned
        ("offered_wait_s", COUNT),     # the same, None for all where the source hides how long the abandoned waited
        ("asked_human", FLAG), ("reached_human", FLAG),        # 人工接通率: asked for a person, got one
        ("talk_s", COUNT), ("hold_s", COUNT), ("wrap_s", COUNT), ("handle_s", COUNT),
        ("ended_at", TIME),            # last resolved/closed/ended, where the wait for a repeat begins
        ("resolved_at", TIME), ("closed_at", TIME), ("resolved", FLAG), ("closed", FLAG), ("is_open", FLAG),
        ("resolved_flag", FLAG),       # the source's own mark, as somebody set it
        ("resolution_s", COUNT), ("resolution_business_s", COUNT),
        ("solved", FLAG),              # resolved after a known time; false while open; None where it cannot be told
        ("pause_customer_s", COUNT), ("pause_third_party_s", COUNT), ("pause_test_s", COUNT),
        ("reopens", COUNT), ("transfers", COUNT), ("segments", COUNT), ("escalated", FLAG),
        ("first_response_target_s", COUNT), ("resolution_target_s", COUNT),   # the promise of channel/priority/tier
        ("first_response_due", TIME), ("resolution_due", TIME),  # when it runs out; None while a pause lasts
        ("sla_met", FLAG),             # the source system's own flag
        ("next_contact_s", COUNT), ("prev_contact_s", COUNT),      # same customer and topic: gap to/from the neighbour
        ("next_complaint_s", COUNT), ("prev_complaint_s", COUNT),  # the same among complaints only
        ("next_any_contact_s", COUNT),                             # same customer, any topic
        ("csat", NUMBER),              # mean of the case's valid csat answers: joins FCR with CSAT
        ("merged", FLAG),              # merged into another case or its duplicate: the other one is counted
    ]),
    "segment": pa.schema([
        *DIMENSIONS,
        ("segment", COUNT), ("agent", TEXT), ("started", TIME), ("ended", TIME), ("seconds", COUNT), ("begun_by", TEXT),
        ("opened", TIME),
    ]),
    "answer": pa.schema([
        *DIMENSIONS,
        ("answer", TEXT), ("agent", TEXT), ("survey", TEXT), ("question", TEXT), ("metric", TEXT), ("value", NUMBER),
        ("at", TIME), ("entered_by", TEXT), ("status", TEXT), ("weight", NUMBER),
    ]),
    "invitation": pa.schema([
        *DIMENSIONS,
        ("invitation", TEXT), ("agent", TEXT), ("survey", TEXT), ("at", TIME), ("status", TEXT), ("answered", FLAG),
    ]),
    "agent_state": pa.schema([
        ("source", TEXT), ("agent", TEXT), ("unit", TEXT), ("channel", TEXT), ("state", TEXT), ("start", TIME),
        ("end", TIME), ("seconds", COUNT),
    ]),
    "exposure": pa.schema([
        ("source", TEXT), ("kind", TEXT), ("channel", TEXT), ("product", TEXT), ("region", TEXT), ("unit", TEXT),
        ("start", TIME), ("end", TIME), ("count", NUMBER),
    ]),
}
