import pytest

from tests.launch.studio import Studio, Wall


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def studio(db, wall):
    return Studio(db, wall)
