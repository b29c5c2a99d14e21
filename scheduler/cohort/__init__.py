"""The evaluator for whole cohorts, in polars and NumPy: the same decisions as the evaluator for one patient."""
