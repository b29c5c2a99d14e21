"""Time lines (`scenes` has what one shows, `drawing` and `descriptions` render it), and figures of a report."""
