"""The guideline as data: one folder per edition, one file or folder per section. Holds no logic."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025 import EDITION

EDITIONS = (EDITION,)
"""The shipped editions that are modules, newest first."""

OVERLAYS = ("healthhelp-mri-cspine-2024",)
"""The ids of the shipped overlays, newest first; each stands in a file named after it, with `_` for `-`."""

CURRENT = EDITION
"""The edition that is used by default."""
