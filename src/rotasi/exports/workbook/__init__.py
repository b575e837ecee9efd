"""The workbook: sheets to print, hand round and edit."""
