from lib.ui.shell import enter_page

enter_page()

from lib.ui import overview_page

overview_page.draw_overview()
