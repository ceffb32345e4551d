"""Workbooks in and out: the only room that imports the spreadsheet libraries."""
