"""Customers: who they are, all that was done for them, and which records are theirs."""
