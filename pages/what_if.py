from lib.ui.shell import enter_page

enter_page()

from lib.ui import shell, whatif_page

whatif_page.draw(shell.require_shop())
