"""Neuroendocrine tumors that the section does not cover."""

from spine_vigil.scheduler.editions.vocabulary import Cite, not_covered

GASTRIC = not_covered("neuroendocrine.gastric", "gastric neuroendocrine tumor", cite=Cite("NET 4"), note="Not named")

APPENDIX_OTHER = not_covered(
    "neuroendocrine.appendix_other",
    "appendiceal tumor over 2 cm or with aggressive features",
    cite=Cite("NET footnote 2"),
    note="Appendiceal tumor over 2 cm or with aggressive features: named nowhere else",
)

GRADE1_2_UNRESECTED = not_covered(
    "neuroendocrine.grade1_2_unresected",
    "neuroendocrine tumor of grade 1 or 2, not resected",
    cite=Cite("NET 4"),
    note="Item 4 covers resected tumors only",
)

PROTOCOLS = (
    GASTRIC,
    APPENDIX_OTHER,
    GRADE1_2_UNRESECTED,
)
