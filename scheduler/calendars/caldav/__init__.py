"""A calendar on a CalDAV server, kept in step."""
