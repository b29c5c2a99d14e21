"""What rows need of each other: earlier studies, references, studies on one day."""
