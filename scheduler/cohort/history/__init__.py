"""A patient's other rows, brought together across blocks: earlier studies, reference days, studies on the same day."""
