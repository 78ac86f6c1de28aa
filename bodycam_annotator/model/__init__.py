"""Codebook, tags, incident and edits: plain data and its rules; no files, no windows."""
