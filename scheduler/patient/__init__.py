"""The evaluator for one patient and one date: the meaning of the rules, literal and short."""
