"""Which adapter carries a launch: the simulated platform, or Meta for an account that is set up and switched on."""

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from lib.launch.adapter import Adapter
from lib.launch.engine_run import EngineRuns
from lib.launch.meta_settings import Settings, read_settings
from lib.launch.simulated import SimulatedPlatform

META = "meta"
SIMULATED = "simulated"


class Platforms:
    """Gives adapters by name and account. Settings are read each time: switching Meta off acts at once."""

    def __init__(self, now: Callable[[], datetime], settings: Callable[[], Settings] = read_settings) -> None:
        self._now, self._settings = now, settings
        self._runs = EngineRuns()

    def __call__(self, name: str, account_id: str, db: Database) -> Adapter | None:
        """None for what is switched off or not set up."""
        if name == SIMULATED:
            return SimulatedPlatform(db, self._now, self._runs)
        if name != META:
            return None
        settings = self._settings()
        connection = settings.connection(account_id)
        if connection is None:
            return None
        # imported late: most studios never talk to Meta
        from lib.launch.meta import MetaPlatform

        return MetaPlatform(db, connection, settings, self._now)
