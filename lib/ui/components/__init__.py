"""Small browser components of our own. Registered once, when this package is imported."""
