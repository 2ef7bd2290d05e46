"""The pages of this room, a file each."""
