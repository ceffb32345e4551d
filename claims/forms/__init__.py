"""The forms of this room: one module a noun; what they share stands in `base`."""
