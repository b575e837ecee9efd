"""The workbook: sheets to print, pass on and edit."""
