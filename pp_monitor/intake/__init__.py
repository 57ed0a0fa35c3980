"""Files in: bytes to typed records, plus problems that name sheet, row and column."""
