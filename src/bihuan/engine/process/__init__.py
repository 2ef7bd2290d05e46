"""The process as it really ran: directly-follows, variants, rework, hand-overs and throughput from the events."""
