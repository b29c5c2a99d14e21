"""One guideline: built, checked, read and written as TOML, written as JSON and rendered for review."""
