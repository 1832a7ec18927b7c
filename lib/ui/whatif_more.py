"""Below the pictures: taking a what-if along."""

from lib.ui.whatif_lab import Lab
from lib.whatif.compare import Answer


def draw(lab: Lab, answers: tuple[Answer, ...], rested: bool) -> None:
    return
