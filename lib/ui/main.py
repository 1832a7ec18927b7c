"""The script behind every page: frame first, then the page the address names."""

from lib.ui import shell

shell.run()
