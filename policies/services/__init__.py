"""Every write of this room. The acts of one noun stand in one module."""
