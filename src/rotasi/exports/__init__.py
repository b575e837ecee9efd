"""What people are handed: workbook, page, calendar, letter and pictures of a schedule."""
