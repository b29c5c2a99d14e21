"""Spine-imaging surveillance: the imaging windows that a payer's guideline allows, computed from interval rules.

>>> import spine_vigil as vigil
>>> decision = vigil.check("MRI cervical_spine", "2026-04-15", protocol="bone.osteosarcoma",
...                        index={"treatment_end": "2026-01-15"}, primary_site="cervical_spine")
>>> decision.reason.value, str(decision.opens)
('on_schedule', '2026-04-15')

Each name is imported when it is first used, since checking one date needs no dataframe engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spine_vigil.auditing import audit
    from spine_vigil.checking import check
    from spine_vigil.due_list import due
    from spine_vigil.editions import diff, edition
    from spine_vigil.planning import windows
    from spine_vigil.reporting import report
    from spine_vigil.scheduler.errors import VigilError, VigilWarning

__version__ = "0.1.0"

__all__ = [
    "VigilError",
    "VigilWarning",
    "__version__",
    "audit",
    "check",
    "diff",
    "due",
    "edition",
    "report",
    "windows",
]

_MODULES = {
    "VigilError": "scheduler.errors",
    "VigilWarning": "scheduler.errors",
    "audit": "auditing",
    "check": "checking",
    "diff": "editions",
    "due": "due_list",
    "edition": "editions",
    "report": "reporting",
    "windows": "planning",
}


if not TYPE_CHECKING:  # or a type checker would take any name for a public one

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
