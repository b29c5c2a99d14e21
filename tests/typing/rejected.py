"""Wrong uses of the public face: mypy reports each line that ends in `rejected:`, with that code, and no other."""

import spine_vigil as vigil
from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.rules.dates import parse_date

number: int = vigil.__version__  # rejected: assignment
vigil.no_such_name  # noqa: B018  # rejected: attr-defined
vigil.edition(2025)  # rejected: arg-type
vigil.diff("healthhelp-mri-cspine-2025")  # rejected: call-arg
vigil.check("MRI cervical_spine", 20260415)  # rejected: arg-type
vigil.due("events.csv")  # rejected: call-arg
vigil.report("events.csv")  # rejected: call-arg
vigil.audit(["events.csv"])  # rejected: arg-type
vigil.audit("events.csv", {"patient_id": ["P1"]})  # rejected: arg-type
vigil.check("72141", "2026-04-15", prior=20260120)  # rejected: arg-type
vigil.audit("events.csv", columns=["MRN"])  # rejected: arg-type
vigil.windows(protocol=1, as_of="2026-11-02", until="2027-01-31")  # rejected: arg-type
parse_date(20260415)  # rejected: arg-type
later: str = parse_date("2026-04-15")  # rejected: assignment


def tell(problem: VigilError) -> str:
    """Return what is no text."""
    return problem.exit_code  # rejected: return-value
