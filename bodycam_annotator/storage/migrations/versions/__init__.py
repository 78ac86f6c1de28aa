"""One module for each schema version, its revision the version's number in four digits."""
