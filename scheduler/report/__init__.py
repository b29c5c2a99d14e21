"""Reports: what the windows and studies of a cohort add up to, as tables, as figures and as one page."""
