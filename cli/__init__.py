"""The command line: parse, call, format, exit. Decides nothing."""
