"""How windows were kept: those that each schedule had, what became of them, and studies beside their decisions."""
