from pathlib import Path

import pytest

from hwsim.scenario import load
from hwsim.tables import Unfit

HOME = Path(__file__).resolve().parents[2]


def test_the_demo_is_a_scenario() -> None:
    scenario = load(HOME / "config/demo/scenario.toml")
    sims = {table.sim for table, _ in scenario.devices}
    assert sims >= {
        "yaohua",
        "noise_485",
        "lock_8a",
        "gm65",
        "lcus",
        "open_lock",
        "bthome",
        "modem",
    }
    assert len(sims) == 28


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[wrld]\nseed = 1\n", "did you mean 'world'"),
        ('[[bus]]\nid = "a"\nbaud = "fast"\n', "bus[0].baud"),
        ('[[bus]]\nid = "a"\n[[bus]]\nid = "a"\n', "given twice"),
        ('[[device]]\nid = "d"\nsim = "yaohau"\nbus = "a"\n', "did you mean 'yaohua'"),
        (
            '[[bus]]\nid = "a"\n[[device]]\nid = "d"\nsim = "lcus"\nbus = "b"\n',
            "bus 'b' is unknown",
        ),
        ('[[act]]\ndo = "shw"\n', "act[0].do"),
        ('[[act]]\nat_s = -1\ndo = "report"\n', "act[0].at_s"),
        ("[[bus]\n", "scenario.toml"),
    ],
)
def test_faults_are_told_with_their_key(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unfit) as told:
        load(path)
    assert any(fault in each for each in told.value.faults)
