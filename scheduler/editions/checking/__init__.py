"""What cannot be right in an edition, and what can be meant and seldom is."""
