"""A studio whose launches go to Meta's stand-in over HTTP."""

from dataclasses import dataclass, field

from PIL import Image

from lib.launch import launches
from lib.launch.meta_settings import read_settings
from lib.launch.platforms import Platforms
from lib.launch.worker import Worker
from lib.store import media_folder
from tests.launch.studio import Studio
from tests.standin.account import Account

TOKEN = "EAAcanary0000000000000000000001"
ACCOUNT = "act_1000000001"
SHORT = {
    "STUDIO_META_DEADLINE_S": "10",
    "STUDIO_META_CONNECT_S": "5",
}


def environment(url, *, account=ACCOUNT, token=TOKEN, **more):
    """The settings of one account, as somebody would write them."""
    return {
        "STUDIO_META": "on",
        "STUDIO_META_URL": url,
        "STUDIO_META_ACCOUNT": account,
        "STUDIO_META_TOKEN": token,
        "STUDIO_META_PAGE": "111111111111111",
        "STUDIO_META_INSTAGRAM": "17841400000000001",
        "STUDIO_META_PHONE": "+201000000000",
        "STUDIO_META_CURRENCY": "EGP",
        "STUDIO_META_CAP_LAUNCH": "1000000",
        "STUDIO_META_CAP_DAY": "1000000",
        "STUDIO_META_CAP_ACCOUNT": "100000000",
        **SHORT,
        **more,
    }


def account(**changes):
    return Account(**{"id": ACCOUNT, "token": TOKEN, **changes})


def keep_picture(name="shirt.webp"):
    Image.new("RGB", (64, 80), "navy").save(media_folder() / name)


@dataclass
class MetaStudio(Studio):
    """Time is the wall's: waits of a minute pass in no time."""

    url: str = ""
    env: dict = field(default_factory=dict)

    def __post_init__(self):
        super().__post_init__()
        keep_picture()

    @property
    def settings_now(self):
        return read_settings({**environment(self.url), **self.env}, {})

    def new_worker(self, owner=None):
        return Worker(owner=owner or "w", clock_now=self.wall, adapter_for=self.platforms())

    def platforms(self):
        return Platforms(self.wall, lambda: self.settings_now)

    def confirm(self, plan=None, *, account_id=ACCOUNT, **more):
        caps = self.settings_now.accounts[account_id].caps
        chosen = {"adapter": "meta", "account_id": account_id, "caps": caps, **more}
        return launches.confirm(self.db, plan or self.plan(), by="owner", now=self.wall.now, **chosen).launch

    def adapter(self, account_id=ACCOUNT):
        return self.platforms()("meta", account_id, self.db)

    def work(self, launch_id, *, seconds=3600.0, step=5.0, until=None):
        return super().work(launch_id, seconds=seconds, step=step, until=until)
