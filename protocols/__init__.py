"""The guideline as data: one folder per edition, one file or folder per section. Holds no logic."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025 import EDITION

EDITIONS = (EDITION,)
"""All shipped editions, newest first."""

CURRENT = EDITION
"""The edition that is used by default."""
