"""Clips, stills and what else is handed out of tags: what to make, and making it."""
