from tests.unit.channels.conftest import house  # noqa: F401 - the rooms, opened once
