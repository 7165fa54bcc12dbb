from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.links.pty import Pty


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[Pty]:
    port = Pty(tmp_path / "rs485-1")
    yield port
    port.unplug()
