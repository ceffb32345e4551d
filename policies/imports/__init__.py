"""参保名单: the roster by which a unit enrols its people."""

from policies.imports.roster import ENROLMENTS

__all__ = ["ENROLMENTS"]
