"""Every write of this room: closing a quarter, and reports kept as files."""
