"""What a hospital's own files say: their columns, words and codes, and what of it vigil understands."""
