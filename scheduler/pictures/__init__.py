"""Pictures of what was done and what is due: the scene from the rules, then the drawing from the scene."""
