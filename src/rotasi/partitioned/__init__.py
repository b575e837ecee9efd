"""Datasets too large for one machine's memory, solved part by part from Parquet to Parquet."""
