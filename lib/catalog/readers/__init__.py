"""Readers of product files, one a format. Which one is told by the header, never by the name of the file."""
