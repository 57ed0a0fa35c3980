"""What each sheet of the monthly workbook holds."""
