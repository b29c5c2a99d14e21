"""Words and codes of other systems, as tables, and what they may mean: proposals that a person confirms."""
