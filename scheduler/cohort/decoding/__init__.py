"""Decoding the cells of events files into numbers, with a key for each patient and a message for each bad cell."""
