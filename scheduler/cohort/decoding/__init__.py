"""Cells of an events file become numbers: values, keys of patients, bad cells."""
