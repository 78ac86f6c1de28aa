"""How a project file of an older schema becomes one of today's; run by `storage.connection`."""
