"""ELAN's annotation documents."""
