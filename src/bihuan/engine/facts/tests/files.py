"""Small invented files of the shapes that real systems write."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

from bihuan.engine.facts import store
from bihuan.engine.home import Home

CASES = """case_id,opened,customer,channel,agent
T-001,2024-03-01 09:00:00,C1,phone,A1
T-002,2024-03-02 10:30:00,C2,email,A2
T-003,2024-04-03 11:45:00,C1,online,A1
"""
INCIDENT_COLUMNS = ("number", "incident_state", "sys_mod_count", "made_sla", "reassignment_count", "reopen_count",
                    "sys_updated_at", "assignment_group", "assigned_to", "subcategory", "caller_id", "opened_at",
                    "contact_type", "category", "priority", "resolved_at", "closed_at")
INC1 = "Caller 1,29/2/2016 01:16,Phone,K1,3 - Moderate,1/3/2016 10:00,6/3/2016 10:00"
INC2 = "Caller 2,13/3/2016 08:00,Email,K2,2 - High,?,?"
INCIDENTS = (
    f"INC1,New,0,true,0,0,29/2/2016 01:23,G1,?,?,{INC1}",
    f"INC1,Awaiting User Info,1,true,0,0,29/2/2016 09:00,G1,R1,?,{INC1}",
    f"INC1,Resolved,2,true,1,0,1/3/2016 10:00,G2,R2,S1,{INC1}",
    f"INC1,Closed,3,false,1,0,6/3/2016 10:00,G2,R2,S1,{INC1}",
    f"INC2,New,0,true,0,0,13/3/2016 08:05,G1,R1,S2,{INC2}",
    f"INC2,-100,1,true,0,1,13/3/2016 09:05,G1,R1,S2,{INC2}",
)
XES = """<?xml version="1.0" encoding="utf-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
 <string key="origin" value="test"/>
 <trace>
  <string key="concept:name" value="Case 1"/>
  <event><string key="concept:name" value="Assign seriousness"/><string key="org:resource" value="V1"/>
   <date key="time:timestamp" value="2012-10-09T14:50:17+00:00"/><string key="product" value="P1"/></event>
  <event><string key="concept:name" value="Resolve ticket"/><string key="org:resource" value="V2"/>
   <date key="time:timestamp" value="2012-10-09T16:50:17+02:00"/><string key="product" value="P1"/></event>
  <event><string key="concept:name" value="Closed"/><string key="org:resource" value="V3"/>
   <date key="time:timestamp" value="2012-11-09T12:54:39.250+00:00"/><string key="product" value="P2"/></event>
 </trace>
 <trace>
  <string key="concept:name" value="Case &amp; 2"/>
  <event><string key="concept:name" value="Wait"/><date key="time:timestamp" value="2012-10-10T00:00:00Z"/></event>
 </trace>
</log>
"""
XES_AS_CSV = """case:concept:name,concept:name,org:resource,time:timestamp,product
Case 1,Assign seriousness,V1,2012-10-09T14:50:17+00:00,P1
Case 1,Resolve ticket,V2,2012-10-09T16:50:17+02:00,P1
Case 1,Closed,V3,2012-11-09T12:54:39.250+00:00,P2
Case & 2,Wait,,2012-10-10T00:00:00Z,
"""


def incidents(rows: Sequence[str] = INCIDENTS) -> str:
    return "\n".join([",".join(INCIDENT_COLUMNS), *rows]) + "\n"


def written(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    """The file with this content, packed when its name ends in .gz."""
    path = folder / name
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def rows(home: Home, query: str) -> list[tuple]:
    """The rows of a query on the store; times come as text in UTC."""
    with store.connect(home) as con:
        return con.execute(query).fetchall()
