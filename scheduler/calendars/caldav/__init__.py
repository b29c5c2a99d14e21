"""Synchronization with a calendar on a CalDAV server."""
