"""Events files and patients files: opened, their headers checked, read block by block."""
