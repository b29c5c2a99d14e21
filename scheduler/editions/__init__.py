"""One guideline: built, checked, written as JSON and rendered for review."""
