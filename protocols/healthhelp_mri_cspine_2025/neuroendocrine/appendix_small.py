"""Small appendiceal tumors, which need no surveillance (NET footnote 2)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, no_surveillance

APPENDIX_SMALL = no_surveillance(
    "neuroendocrine.appendix_small",
    "small appendiceal tumor without aggressive features",
    cite=Cite("NET footnote 2"),
    note="Appendiceal tumor of 2 cm or smaller without aggressive features: no surveillance",
)

PROTOCOLS = (APPENDIX_SMALL,)
