"""Accounts, rights, units, audit, jobs, calendars: what every room of the loop stands on."""
