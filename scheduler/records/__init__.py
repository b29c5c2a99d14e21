"""What is documented: patients, events, courses, and the fields and rows they are read from."""
