"""Pages of this room: the first page of everybody, the reports, the closing of quarters."""
