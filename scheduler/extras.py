"""Optional parts of vigil: the errors for missing libraries, with the command that installs them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spine_vigil.scheduler.errors import VigilError

_DISTRIBUTION = "spine-vigil"


class MissingLibrary(VigilError):
    """The error where an optional part needs a library that is not installed."""

    def __init__(self, part: str, libraries: Sequence[str], extra: str) -> None:
        packages = requirements_of(extra) or libraries
        command = "pip install " + " ".join(f'"{package}"' for package in packages)  # `>` would redirect in a shell
        super().__init__(f"{part} needs {' and '.join(libraries)}, not installed here; run: {command}")


def requirements_of(extra: str) -> list[str]:
    """Return the requirements of an extra, `name>=version`, as the metadata of the installed distribution list them.

    Messages name these packages rather than the extra: `.[extra]` means something in a checkout alone, and
    `spine-vigil[extra]` only where an index has vigil. Empty where vigil is not installed, or has no such extra.
    """
    from importlib.metadata import PackageNotFoundError, requires  # loaded only where something is missing

    try:
        listed = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return []
    of_extra = re.compile(rf"""\bextra\s*==\s*["']{re.escape(extra)}["']""")
    return [requirement.partition(";")[0].strip() for requirement in listed if of_extra.search(requirement)]
