from lib.ui.shell import enter_page

enter_page()
