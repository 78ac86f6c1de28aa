"""The timeline's columns as tables: CSV, workbooks, JSON and Parquet."""
