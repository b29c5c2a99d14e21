"""A patient's other rows: earlier studies, reference days, and studies on the same day."""
