"""Everybody makes tokens of their own; this right sees and revokes those of all."""

MANAGE = "core.manage_tokens"
