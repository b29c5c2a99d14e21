"""Reading and writing large plain CSV files by compiled loops over their bytes."""
