"""The project file: its tables, its audit log, and the session that changes both together."""
