"""What vigil can say: reasons, statuses, sentences, result columns and decisions."""
