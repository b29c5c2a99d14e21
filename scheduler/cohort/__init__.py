"""The columnar reading of the rules: whole cohorts as polars expressions, the same answers as the scalar one."""
