"""The agent of a unit who imports."""

from tests.members.importing import agent, agent_client, unit

__all__ = ["agent", "agent_client", "unit"]
