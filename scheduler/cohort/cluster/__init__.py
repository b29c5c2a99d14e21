"""The audit on a cluster: Arrow batches and Spark."""
