"""A patient for the tests of `vigil check`: osteosarcoma of the cervical spine, treated up to 2022-01-15."""

from collections.abc import Callable

from support.outcome import Outcome

OSTEOSARCOMA = [
    "--protocol",
    "bone.osteosarcoma",
    "--index",
    "treatment_end=2022-01-15",
    "--primary-site",
    "cervical_spine",
]
CERVICAL = ("--study", "MRI cervical_spine")
Run = Callable[..., Outcome]
