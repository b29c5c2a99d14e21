"""The command line: parses arguments, calls the public face, formats results and sets exit codes. Decides nothing."""
