"""What Ko-fi's messages mean. Knows no rows."""
