"""What is made of what is heard and answered: a name where it is sure, candidates elsewhere."""

import json
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.probes.asked import PROBES
from agent.drivers.probes.ears import Ears, Sighting
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.heard import TALKERS
from agent.drivers.probes.modbus import LOOKS, Seen
from agent.drivers.probes.modbus_judge import NAMED, judge
from agent.drivers.register import REGISTER
from agent.line.asking import Answer, NoAnswer, T
from cli.scan import modbus, probing
from tests.drivers.doors.played import Played
from tests.drivers.vectors import accepted

SCALE = bytes.fromhex("022b30303030303032313903")
JSON = json.dumps({"quantity": "temperature", "value": 21.5}).encode() + b"\n"


def _heard(data: bytes, portion: int = 7) -> list[Guess]:
    ears = Ears()
    for at in range(0, len(data), portion):
        ears.feed(data[at : at + portion])
    return [told.guess for told in ears.sightings()]


def test_two_frames_with_a_check_are_proof_and_one_is_not() -> None:
    assert not _heard(SCALE)
    (guess,) = _heard(b"\x30\x31\x03" + SCALE * 2)
    assert (guess.protocol, guess.device, guess.address) == ("yaohua_cont", "yaohua", None)


def test_three_lines_without_one() -> None:
    line = b"ST,GS,+  12.34kg\r\n"
    assert not _heard(line * 2)
    (guess,) = _heard(line * 3)
    assert guess.device == "scale-line"
    assert not _heard(JSON * 2)
    assert [guess.device for guess in _heard(JSON * 3)] == ["jsonl"]


def test_the_two_equals_formats_are_candidates_until_there_is_a_minus() -> None:
    (guess,) = _heard(b"=000.3000" * 5)
    assert (guess.protocol, guess.device) == (None, None)
    assert guess.candidates == ("yaohua-equals",)
    assert guess.options == {"order": ("reversed", "forward")}
    (guess,) = _heard(b"=00.1000-" * 5)
    assert (guess.protocol, guess.device) == ("yaohua_eq_rev", "yaohua-equals")
    (guess,) = _heard(b"=-0001.00" * 5)
    assert guess.options == {"order": "forward"}


def test_a_line_of_text_is_some_reader_and_never_a_name() -> None:
    (guess,) = _heard(b"LINLI-0815-4711\r")
    assert guess.device is None
    assert set(guess.candidates) == {"gm65", "scan-line", "wiegand-485"}
    assert not _heard(b"\x80\x91LINLI-0815-4711\r")
    assert not _heard(b"LINLI-0815-4711")


def test_a_foreign_master_is_noticed() -> None:
    asked, answer = bytes.fromhex("010300000001840a"), bytes.fromhex("0103020224b93f")
    ears = Ears()
    ears.feed((asked + answer) * 2)
    assert ears.has_master
    (told,) = ears.sightings()
    assert (told.guess.device, told.guess.address) == (None, 1)
    assert "noise-485" in told.guess.candidates
    ears = Ears()
    ears.feed(bytes.fromhex("8101010081") * 2)  # a door that moves tells it unasked
    assert not ears.has_master
    assert [told.guess.device for told in ears.sightings()] == ["lock-8a"]


def test_patience_only_for_what_has_begun() -> None:
    ears = Ears()
    assert ears.patience() == 0
    ears.feed(JSON)
    assert ears.patience() > 5
    ears.feed(JSON * 2)
    assert ears.patience() == 0


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_whatever_is_heard_ears_do_not_raise(portions: list[bytes]) -> None:
    ears = Ears()
    for portion in portions:
        ears.feed(portion)
        for told in ears.sightings():
            assert told.guess.device is None or told.guess.device in REGISTER


def test_noise_of_a_wrong_baud_rate_names_nobody() -> None:
    dice = random.Random(815)
    for _ in range(20):
        assert not _heard(dice.randbytes(1150), 16)


@pytest.mark.parametrize("protocol", [n for n, t in TALKERS.items() if not t.asked])
def test_captured_frames_name_their_device_and_nobody_else(protocol: str) -> None:
    named = set[str | None]()
    for case in accepted(protocol):
        named |= {guess.device for guess in _heard(case.hex * 3, len(case.hex))}
    equals = protocol.startswith("yaohua_eq")
    assert named <= {TALKERS[protocol].device, None}
    assert named or protocol == "mtsics"  # commands are captured as well
    assert equals or None not in named


class Bench(Played):
    """``Questions`` to a simulated device, in played time."""

    evidence, noise = b"", b""

    async def ask(  # type: ignore[override]  # None instead of NoAnswer
        self, request: bytes, answer: Answer[T], *, expect: int, patience: float
    ) -> T | None:
        try:
            return await super().ask(request, answer, expect=expect, patience=patience)
        except NoAnswer:
            return None
        finally:
            self.evidence = self._heard

    async def rest(self, seconds: float) -> None:
        self.wait(seconds)


async def _modbus(name: str, **options: object) -> Guess:
    bench, address = Bench(name, 1, **options), 1  # type: ignore[arg-type]  # of the simulator
    (told,) = await modbus.look_for(bench, (1, 2, 0x50), one_device=False)
    assert not bench.happened("write", "on", "off", "open", "zero", "tare")
    assert told.guess.address == address
    assert told.evidence
    return told.guess


KNOWN: Sequence[tuple[str, dict[str, object]]] = (
    ("weigher-modbus", {}),
    ("laser-crack", {}),
    ("modbus-relay", {}),
    ("modbus-relay", {"inputs": 8}),
    ("modbus-inputs", {}),
    ("noise-485", {}),
    ("modbus-sensor", {"table": "weather"}),
    ("modbus-sensor", {"table": "climate"}),
    ("modbus-sensor", {"table": "dust"}),
)


@pytest.mark.parametrize(("name", "options"), KNOWN, ids=str)
async def test_a_modbus_device_is_known_by_its_registers(
    name: str, options: dict[str, object]
) -> None:
    guess = await _modbus(name, **options)
    assert guess.device == name
    assert guess.confidence >= 0.7


OPEN: Sequence[tuple[str, dict[str, object]]] = (
    ("rain-gauge", {}),
    ("rain-gauge", {"start": 600}),
    ("noise-485", {"register": 14}),
    ("alarm-tower", {}),
    ("modbus-relay", {"reads_back": False}),
    ("modbus-inputs", {"function": 1}),
    ("modbus-inputs", {"function": 3}),
    ("modbus-sensor", {"table": "gas"}),
)


@pytest.mark.parametrize(("name", "options"), OPEN, ids=str)
async def test_what_could_be_another_has_no_name_and_is_among_the_candidates(
    name: str, options: dict[str, object]
) -> None:
    guess = await _modbus(name, **options)
    assert guess.device is None
    assert name in guess.candidates


async def test_maps_that_fit_are_named() -> None:
    assert (await _modbus("modbus-sensor", table="climate")).options == {"map": "xy-md02"}
    assert (await _modbus("modbus-sensor", table="dust")).options == {"map": "jxbs-3001-pm"}
    both = ("cwt-weather-station", "renke-weather-station")
    assert (await _modbus("modbus-sensor", table="weather")).options == {"map": both}


async def test_only_gravity_makes_an_inclinometer() -> None:
    seen = Seen({look: [1000] * look.count for look in LOOKS}, {})
    assert judge(1, seen).device is None  # it answers for any register


@given(
    st.dictionaries(st.sampled_from(LOOKS), st.integers(0, 0xFFFF)),
    st.dictionaries(st.sampled_from(LOOKS), st.sampled_from((1, 2, 3, 4, 6))),
    st.lists(st.integers(0, 0xFFFF), max_size=3),
)
def test_whatever_is_answered_the_judge_does_not_raise(
    words: dict[object, int], refused: dict[object, int], later: list[int]
) -> None:
    seen = Seen({look: [words[look]] * look.count for look in LOOKS if look in words}, refused)  # type: ignore[arg-type]  # looks
    guess = judge(7, seen, later)
    assert guess.address == 7
    assert guess.device is None or guess.device in NAMED
    assert guess.device or guess.candidates
    assert {*guess.candidates} <= set(REGISTER)


ASKED: Sequence[tuple[str, int, dict[str, object], str]] = (
    ("rion", 0, {}, "rion68"),
    ("rion", 3, {"axes": 2}, "rion68"),
    ("bwsensing", 0, {}, "bw77"),
    ("bwsensing", 1, {"address_bytes": 4}, "bw77a4"),
    ("gm65", 0, {}, "gm65"),
    ("kerong", 1, {}, "krcu"),
    ("kerong", 0, {"model": "cu48"}, "krcu"),
    ("lock-8a", 2, {}, "bcc8a"),
    ("winnsen", 1, {}, "winnsen"),
    ("winnsen", 1, {"over": True}, "winnsen"),
    ("osdp", 1, {}, "osdp"),
    ("osdp", 0, {"key": ""}, "osdp"),
    ("zemic", 1, {"numbered": True}, "zemic"),
    ("yaohua-cmd", 2, {}, "yaohua_cmd"),
    ("scan-line", 0, {"dialect": "newland"}, "newland"),
    ("scan-line", 0, {"dialect": "honeywell"}, "honeywell"),
    ("ups-q1", 0, {}, "megatec"),
    ("mt-sics", 0, {}, "mtsics"),
    ("modem", 0, {}, "at"),
    ("led-display", 1, {}, "onbon_k"),
    ("speech", 0, {}, "syn6288"),
    ("speech", 0, {"chip": "xfs5152"}, "syn6288"),
)


@pytest.mark.parametrize("echo", [False, True])
@pytest.mark.parametrize(("name", "address", "options", "protocol"), ASKED, ids=str)
async def test_a_device_answers_to_its_own_questions_alone(
    name: str, address: int, options: dict[str, object], protocol: str, *, echo: bool
) -> None:
    """An adapter that echoes fools nobody, though a speech module hides behind one."""
    bench = Bench(name, address or None, echo=echo, **options)
    found = list[Sighting]()
    for probe in PROBES:
        if REGISTER[name].baud in probe.bauds:
            found += await probing.look_for(bench, probe)
    named = {(told.guess.device, told.guess.protocol) for told in found if told.guess.device}
    assert named <= {(name, protocol)}
    assert named or (echo and name == "speech")
    needs = REGISTER[name].needs_address
    assert {told.guess.address for told in found} <= {address if needs else None}


@pytest.mark.parametrize("name", ["lcus", "scan-line", "wiegand-485", "rdm6300", "alarm-tower"])
async def test_who_cannot_answer_is_not_named_even_behind_an_echo(name: str) -> None:
    bench = Bench(name, 1, echo=True)
    for probe in PROBES:
        assert not await probing.look_for(bench, probe), probe
