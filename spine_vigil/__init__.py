"""Spine-imaging surveillance: a payer's guideline as interval rules that yield the allowed imaging windows."""

__version__ = "0.1.0"
