"""Files on disk, of no patient in particular: CSV text, atomic writing, spilling and merging."""
