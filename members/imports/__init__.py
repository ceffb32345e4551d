"""The workbooks of this room: the directory of unions and the roster of members."""
