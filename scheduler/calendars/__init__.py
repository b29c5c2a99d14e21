"""Imaging windows as calendar events: selection, identity, revision, and rendering as iCalendar."""
