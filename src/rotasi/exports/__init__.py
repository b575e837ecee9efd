"""The files that people open: workbook, page, calendar, letter and pictures of a schedule."""
