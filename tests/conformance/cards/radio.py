"""Bluetooth."""

from agent.model.messages import Event
from hwsim.orders import Order, Show, Shut
from tests.conformance.air import AirCard
from tests.conformance.card import Claim, nothing

OPEN = "it is open: anybody can say the same, now or later; the page says so"
UNCHECKED = "it has no check of its own; the radio's CRC finds flipped bits, and it decides nothing"
KEY = "231d39c1d7cc1ab1aee224cd096db932"


def at_the_lock(device: str, turn: int) -> Order:
    """A resident, the door, a stranger."""
    return (Show(device, "1"), Shut(device, 1), Show(device, "7"))[turn % 3]


def door(event: Event) -> Claim:
    return {"what": "door_opened" if event.data["contact"] == "open" else "door_closed"}


def unlocked(_event: Event) -> Claim:
    return {"what": "unlocked"}


def fingers(event: Event) -> Claim:
    if str(event.data["fault"]).startswith("fingerprint"):
        return {"what": "fingerprint", "matched": False}
    return {}


def near(event: Event) -> Claim:
    return {"signal": event.data["rssi"]}


CARDS = (
    AirCard(
        driver="bthome",
        options={"only": ("temperature", "humidity", "tilt_x", "tilt_y")},
        sim_options={
            "values": {"temperature": 21.5, "humidity": 48.0, "tilt_x": 1.0, "tilt_y": -1.2},
            "bindkey": KEY,
        },
        key=KEY,
        least=60,
    ),
    AirCard(
        driver="ruuvi",
        options={"every_s": 0.0},
        sim_options={"every_s": 1.285},
        tolerance=0.51,  # the parser rounds light to whole lx, and acceleration to 0.01 m/s²
        unchecked=UNCHECKED,
        open=OPEN,
        least=60,
    ),
    AirCard(
        driver="mibeacon",
        options={"sleepy": True},
        sim_options={"model": "lock"},
        life=at_the_lock,
        claims={
            "input_changed": door,
            "lock_opened": unlocked,
            "fault_reported": fingers,
        },
        silent="it may be silent for days",
        unchecked=UNCHECKED,
        open=OPEN,
        least=4,
    ),
    AirCard(
        driver="wit-ble",
        options={"mean_s": 2.0},
        sim_options={"name": "WT901BLE67"},
        tolerance=0.1,
        sums="it tells means",
        least=20,
    ),
    AirCard(
        driver="ble-battery",
        sim="battery_service",
        options={"every_s": 600},
        claims={"fault_reported": nothing},
        tolerance=1.0,
        seconds=3600.0,
        least=5,
    ),
    AirCard(
        driver="ibeacon",
        options={"every_s": 10.0},
        claims={"tag_seen": near, "tag_gone": near},
        once=False,
        unchecked=UNCHECKED,
        open=OPEN,
    ),
    AirCard(
        driver="open-lock",
        options={"lock_id": "c0ffee0000000001", "every_s": 60},
        key=bytes(range(32)).hex(),
        sim_options={"relock_s": 0.0},
        act=("open", {}),
        told="unlock",
        claims={"lock_opened": nothing, "lock_closed": nothing},
        sealed={"battery": 87},
        seconds=300.0,
        least=3,
    ),
)
