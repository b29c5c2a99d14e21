"""Revisions of the calendar of one patient with osteosarcoma, as the tests of calendars read them.

Osteosarcoma is imaged 3-monthly at two places. From 31 January 2022 on the windows of the chest, of a day each, are
30 April (number 0), 31 July (1), 31 October (2) and 31 January 2023 (3), and so are those of the primary site.
"""

from __future__ import annotations

import icalendar
from support.reminders import SECRET, ct, row, unfolded

STUDIED = [row(), ct("2022-05-03")]
"""The chest was studied three days after its window, in the grace."""

FIRST = {
    0: ("2022-04-30", "CONFIRMED", 0),
    1: ("2022-07-31", "TENTATIVE", 0),
    2: ("2022-10-31", "TENTATIVE", 0),
    3: ("2023-01-31", "TENTATIVE", 0),
}
"""The windows of the chest in a first run, as `chest` returns them."""


def uid(number, schedule="chest"):
    """Return the UID of a window by its number."""
    return SECRET.window_uid("MRN-4711-Zoë", "bone.osteosarcoma", schedule, number)


def chest(found):
    """Return the windows of the chest: by number the first day, STATUS and SEQUENCE."""
    numbers = {uid(number): number for number in range(9)}
    return {
        numbers[one.uid]: (str(event.decoded("DTSTART")), one.status, one.sequence)
        for one in found.revised
        if one.uid in numbers
        for event in icalendar.Calendar.from_ical(one.ics).walk("VEVENT")
    }


def component(found, number):
    """Return the content lines of a window of the chest."""
    (one,) = [one for one in found.revised if one.uid == uid(number)]
    return unfolded(one.component)
