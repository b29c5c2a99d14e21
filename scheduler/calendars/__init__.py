"""Imaging windows as calendar events: which windows, under which identity, in which bytes."""
