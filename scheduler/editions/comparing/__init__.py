"""What differs between two editions, rule by rule."""
