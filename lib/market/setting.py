"""What a scenario, its assumptions and a seed settle once for all hours of the exact engine."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.market.assumptions import Assumptions
from lib.market.keys import DOMAINS
from lib.market.layout import Layout, lay_out
from lib.market.people import people_cells
from lib.market.scenario import CHAT_EDITS, Edit, Scenario
from lib.market.shifts import Roster
from lib.market.world import DRAWN, MIDDLE, draw_world

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Setting:
    """All that follows from (scenario, assumptions, seed, domain) alone."""

    scenario: Scenario
    assumptions: Assumptions
    seed: int
    domain: str
    drawn: bool

    @cached_property
    def layout(self) -> Layout:
        return lay_out(self.scenario, self.assumptions)

    @cached_property
    def world(self) -> Floats:
        v = self.layout.blank.copy()
        mode = DRAWN if self.drawn else MIDDLE
        layout = self.layout
        luck = np.uint64(self.seed), DOMAINS[self.domain], 0
        draw_world(layout.rows, layout.streams, layout.hours, layout.stages[0], *luck, mode, v)
        return v

    @cached_property
    def people(self) -> tuple[Floats, Ints]:
        return people_cells(self.world)

    @cached_property
    def roster(self) -> Roster:
        return Roster.of(self.layout.on_shift)

    @cached_property
    def chat_edits(self) -> dict[int, tuple[Edit, ...]]:
        found: dict[int, tuple[Edit, ...]] = {}
        for edit in self.scenario.edits:
            if edit.kind in CHAT_EDITS:
                found[edit.hour] = (*found.get(edit.hour, ()), edit)
        return found
