from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lib.ads.drafts import save_draft
from lib.ads.plan import freeze
from lib.ads.writer import draft_from_item, with_second_creative
from lib.catalog.model import Item, Picture
from lib.catalog.shops import new_shop, save_shop
from lib.launch import launches
from lib.launch.engine_run import EngineRuns
from lib.launch.faults import NoFaults
from lib.launch.simulated import Settings, SimulatedPlatform
from lib.launch.worker import Worker

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
NEVER_REFUSED = Settings(refusal_share=0.0)
ALWAYS_REFUSED = Settings(refusal_share=1.0)


@dataclass
class Wall:
    """A clock on the wall that only moves when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Studio:
    """A shop with an item, and everything that turns its plan into a launch, on one database."""

    db: object
    wall: Wall
    settings: Settings = NEVER_REFUSED
    faults: object = field(default_factory=NoFaults)

    def __post_init__(self) -> None:
        self.shop = new_shop(self.db, name="Nile Shop", currency="EGP", now=START)
        save_shop(self.db, self.shop)
        picture = Picture(url="https://shop.example/shirt.jpg", name="shirt.webp", width=1080, height=1350)
        self.item = Item(
            retailer_id="shirt-1",
            title="Blue cotton shirt",
            description="A soft shirt for summer days.",
            currency="EGP",
            price_minor=45_000,
            pictures=(picture,),
        )
        self.worker = self.new_worker()

    def new_worker(self, owner: str | None = None, only: int | None = None) -> Worker:
        runs = EngineRuns()

        def platform(name, account_id, db):
            if name != "simulated":
                return None
            return SimulatedPlatform(db, self.wall, runs, settings=self.settings, faults=self.faults)

        return Worker(owner=owner, clock_now=self.wall, adapter_for=platform, only=only)

    def plan(self, *, two_creatives: bool = False, **changes):
        draft = draft_from_item(self.shop, self.item, "en", self.wall.now)
        if two_creatives:
            draft = with_second_creative(draft, self.shop, self.item, self.wall.now)
        draft = save_draft(self.db, draft.model_copy(update=changes), self.wall.now)
        return freeze(draft, self.item, self.shop, self.wall.now)

    def confirm(self, plan=None, **more):
        return launches.confirm(self.db, plan or self.plan(), by="owner", now=self.wall.now, **more).launch

    def launch(self, launch_id):
        return launches.get_launch(self.db, launch_id)

    def work(self, launch_id, *, seconds: float = 30.0, step: float = 0.2, until=None):
        """Worker turns while the wall clock moves on, until the launch is in one of the states."""
        states = until or {"LIVE", "PAUSED", "FAILED", "CANCELLED", "ENDED", "NEEDS_REVIEW"}
        end = self.wall.now + timedelta(seconds=seconds)
        while self.wall.now < end and self.launch(launch_id).state not in states:
            if not self.worker.tick(self.db):
                self.wall.forward(seconds=step)
        return self.launch(launch_id)

    def objects(self, kind=None):
        rows = self.db.query("SELECT * FROM platform_object ORDER BY id")
        return [r for r in rows if kind in (None, r["kind"])]
