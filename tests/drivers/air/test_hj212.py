"""HJ 212: the trap of its CRC, split and repeated packets, any order of the fields."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.drivers.codecs import hj212
from agent.drivers.codecs.base import Bad, Got, Why
from agent.drivers.codecs.crc import crc_modbus
from tests.drivers.air.clock import Clock, Said, plain, talks

CODES = ("LA", "Leq", "a34004", "a34002", "a01001", "a01007")
values = st.dictionaries(
    st.sampled_from(CODES), st.integers(0, 999).map(lambda n: n / 10), min_size=1
)
texts = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=80)


def bitwise(data: bytes) -> int:
    """Annex A as it stands there: no table."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def packet(data: str, crc: int | None = None) -> bytes:
    body = data.encode()
    return b"##%04d%b%04X\r\n" % (len(body), body, bitwise(body) if crc is None else crc)


def report(told: Mapping[str, float], qn: str = "1", head: str = "CN=2011;Flag=4") -> bytes:
    items = ";".join(f"{code}-Rtd={value},{code}-Flag=N" for code, value in told.items())
    return packet(f"QN={qn};{head};CP=&&DataTime=20260301080000;{items}&&")


def heard(*packets: bytes, **options: object) -> list[Said]:
    driver, clock = talks("hj212", **options), Clock()
    return [said for data in packets for said in plain(driver.heard(data, clock()))]


@given(st.binary(max_size=200))
def test_the_check_is_that_of_annex_a(data: bytes) -> None:
    assert hj212.crc(data) == bitwise(data)


@given(texts)
def test_the_crc_of_modbus_is_never_believed(text: str) -> None:
    data = f"QN={text}"
    crc = crc_modbus(data.encode())
    if crc == bitwise(data.encode()):
        return
    assert hj212.take(packet(data, crc), None) == Bad(Why.CHECKSUM, len(packet(data)))
    assert isinstance(hj212.take(packet(data), None), Got)


@given(values)
@settings(max_examples=50)
def test_split_packets_say_what_one_says(told: Mapping[str, float]) -> None:
    items = list(told.items())
    for cut in range(len(items) + 1):
        head = "CN=2011;Flag=6;PNUM=2;PNO="
        halves = [
            report(dict(part), "7", f"{head}{number}")
            for number, part in enumerate((items[:cut], items[cut:]), 1)
        ]
        assert sorted(heard(*halves)) == sorted(heard(report(told)))


@given(values, st.integers(1, 5))
@settings(max_examples=50)
def test_a_repeated_packet_is_told_once(told: Mapping[str, float], times: int) -> None:
    assert heard(*[report(told)] * times) == heard(report(told))


def test_the_next_report_with_the_same_values_is_told() -> None:
    assert len(heard(report({"LA": 50.1}, "1"), report({"LA": 50.1}, "2"))) == 2


def test_packets_without_a_qn_are_all_told() -> None:
    bare = packet("CN=2011;CP=&&LA-Rtd=50.1&&")
    assert len(heard(bare, bare)) == 2


@given(st.permutations(["ST=23", "CN=2011", "PW=1", "MN=a-b-c", "Flag=4", "CP=&&LA-Rtd=50.1&&"]))
def test_the_order_of_the_fields_does_not_matter(fields: list[str]) -> None:
    assert heard(packet(";".join(fields))) == [("sound_level", 50.1, "good")]


def test_a_fault_is_told_once_and_again_when_it_comes_again() -> None:
    def flagged(qn: str, flag: str) -> bytes:
        return packet(f"QN={qn};CN=2011;CP=&&LA-Rtd=50.1,LA-Flag={flag}&&")

    other = report({"a01001": 20.0}, "x")
    flags = [flagged(str(n), flag) for n, flag in enumerate("BBNB")]
    told = heard(flags[0], other, *flags[1:])
    assert [said[0] for said in told].count("fault_reported") == 2
    assert told[0] == ("fault_reported", "LA no word from the sensor", "")


def test_statistics_of_one_length_only_are_one_series() -> None:
    lengths = {"minute": "2051", "hour": "2061", "day": "2031"}
    packets = [
        packet(f"QN={n};CN={cn};CP=&&Leq-Data=5{n}.0&&") for n, cn in enumerate(lengths.values())
    ]
    for number, length in enumerate(lengths):
        told = heard(*packets, statistics=length)
        assert told == [("sound_leq", 50.0 + number, "good")]


def test_milligrams_become_micrograms() -> None:
    told = heard(report({"a34004": 0.039, "LA": 50.1}), dust="mg")
    assert sorted(told) == [("pm2_5", 39.0, "good"), ("sound_level", 50.1, "good")]
