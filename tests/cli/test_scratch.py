"""Folders for simulated worlds: sockets fit into them, wherever TMPDIR is."""

import tempfile
from pathlib import Path

import pytest

from cli.scratch import LONGEST, SHORT, scratch


@pytest.mark.parametrize(("length", "ours"), [(LONGEST, True), (LONGEST + 1, False), (200, False)])
def test_a_deep_folder_is_not_used(
    monkeypatch: pytest.MonkeyPatch, length: int, ours: bool
) -> None:
    with tempfile.TemporaryDirectory(dir=SHORT) as short:
        given = Path(short) / ("d" * (length - len(short) - 1))
        given.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(given))
        with scratch("demo") as made:
            assert Path(made).parent == (given if ours else Path(SHORT))
        assert not Path(made).exists()
