"""The rules as lookup tables, and rows numbered by what they have in common."""
