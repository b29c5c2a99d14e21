"""The guideline as data: one folder per edition, one file or folder per section. Holds no logic."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025 import EDITION

EDITIONS = (EDITION,)
"""The shipped editions that are modules, newest first."""

OVERLAYS = ("healthhelp-mri-cspine-2024",)
"""The ids of shipped editions that are overlays, newest first: `ID.toml` with `_` for `-`, read where it is named."""

CURRENT = EDITION
"""The edition that is used by default."""
