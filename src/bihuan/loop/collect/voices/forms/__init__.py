"""Forms of the room, and what was typed into questions."""
