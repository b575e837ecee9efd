"""A nation, part by part, from Parquet to Parquet."""
