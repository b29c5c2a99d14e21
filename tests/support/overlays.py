"""An overlay of the current edition that changes one schedule, as a centre would write it."""

from spine_vigil.protocols import CURRENT

OVERLAY = f"""[edition]
id = "st-elsewhere-2026"
base = "{CURRENT.id}"
publisher = "St. Elsewhere Cancer Center"
reviewed = 2026-03-01

[protocol."bone.osteosarcoma".schedule.primary_site]
section = "Local policy 4.2"
phases = ["every 6 months until 2 years", "every 12 months"]
"""
OURS = "Local policy 4.2 of St. Elsewhere Cancer Center, reviewed 2026-03-01"
"""What a decision cites that rests on the changed schedule."""
