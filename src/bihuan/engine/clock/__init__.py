"""Business time: calendars, elapsed working time, the policy of promises and pauses, and the ledger of a case."""
