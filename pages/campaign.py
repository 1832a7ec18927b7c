from lib.ui.shell import enter_page

enter_page()

from lib.ui import campaign_page

campaign_page.draw_campaign(campaign_page.asked_launch())
