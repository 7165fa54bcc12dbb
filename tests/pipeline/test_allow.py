import hashlib
from datetime import UTC, datetime, time
from typing import Any

import pytest

from agent.model.messages import Command, Event, Fields, Message
from agent.model.time import Stamp, TimeQuality
from agent.pipeline.allow import Allow, AllowOptions, build
from agent.pipeline.base import Post
from agent.pipeline.codes import Code
from agent.pipeline.judge import Reason, Verdict
from tests.pipeline.scenes import event

SECOND = 1_000_000_000


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def code(**window: Any) -> Code:  # noqa: ANN401  # any part of a window
    return Code(name="resident-7", sha256=sha("open"), **window)


def local(text: str) -> int:
    """Nanoseconds of a time in Shanghai."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp()) * SECOND


def shown(
    text: str = "open",
    utc: str | None = "2026-03-02T08:00:00",
    *,
    tq: TimeQuality = TimeQuality.TRUSTED,
    mono_s: float = 100,
    boot: str = "0123456789ab",
) -> Event:
    at = Stamp(boot, int(mono_s * SECOND), None if utc is None else local(utc), tq)
    data: Fields = {"code_sha256": sha(text), "length": len(text)}
    return Event(device="qr-1", at=at, kind="code_scanned", data=data, raw=text.encode())


def stage(*codes: Code, **options: Any) -> Allow:  # noqa: ANN401  # any option
    given = AllowOptions(door="gate-east", target="relay-1", codes=codes, **options)
    return build(Post(stage="gate", options=given))


def reason(made: Allow, message: Event) -> object:
    outcome = list(made(message))[1]
    assert isinstance(outcome, Event)
    granted = outcome.data["reason"] == "ok"
    assert outcome.kind == ("access_granted" if granted else "access_denied")
    return outcome.data["reason"]


def test_a_lock_that_opens_by_itself_is_told_to() -> None:
    command = list(stage(code(), channel=3, action="open")(shown()))[-1]
    assert isinstance(command, Command)
    assert (command.action, command.args) == ("open", {"channel": 3})


def test_a_listed_code_opens() -> None:
    scan = shown()
    made = list(stage(code(), channel=2, pulse_ms=700)(scan))
    data = {"door": "gate-east", "credential": "resident-7", "reason": "ok"}
    granted = Event(device="qr-1", at=scan.at, kind="access_granted", data=data, by="gate")
    pulse = Command(
        id="gate-01234567-100000000000",
        target="relay-1",
        action="pulse",
        at=scan.at,
        ttl_ns=5 * SECOND,
        args={"channel": 2, "ms": 700},
        by="gate",
    )
    assert made == [scan, granted, pulse]
    assert made[0] is scan


def test_another_code_does_not_and_is_not_on_record() -> None:
    scan = shown("guess")
    made = list(stage(code())(scan))
    data = {"door": "gate-east", "credential": sha("guess")[:8], "reason": "unknown"}
    assert made == [
        scan,
        Event(device="qr-1", at=scan.at, kind="access_denied", data=data, by="gate"),
    ]


def test_upper_case_hashes_are_hashes() -> None:
    upper = Code(name="x", sha256=sha("open").upper())
    assert reason(stage(upper), shown()) == "ok"


@pytest.mark.parametrize(
    ("window", "utc", "expected"),
    [
        ({"not_before": datetime(2026, 3, 2, tzinfo=UTC)}, "2026-03-02T07:59:59", "not_yet"),
        ({"not_before": datetime(2026, 3, 2, tzinfo=UTC)}, "2026-03-02T08:00:00", "ok"),
        ({"not_before": datetime(2026, 3, 2)}, "2026-03-01T23:59:59", "not_yet"),  # noqa: DTZ001
        ({"not_before": datetime(2026, 3, 2)}, "2026-03-02T00:00:00", "ok"),  # noqa: DTZ001
        ({"not_after": datetime(2026, 3, 2)}, "2026-03-02T00:00:00", "ok"),  # noqa: DTZ001
        ({"not_after": datetime(2026, 3, 2)}, "2026-03-02T00:00:01", "expired"),  # noqa: DTZ001
        ({"days": ("mon",)}, "2026-03-02T00:00:00", "ok"),
        ({"days": ("mon",)}, "2026-03-02T23:59:59", "ok"),
        ({"days": ("mon",)}, "2026-03-03T00:00:00", "outside_hours"),
        ({"days": ("sat", "sun")}, "2026-03-02T12:00:00", "outside_hours"),
        ({"daily_from": time(6), "daily_to": time(22)}, "2026-03-02T05:59:59", "outside_hours"),
        ({"daily_from": time(6), "daily_to": time(22)}, "2026-03-02T06:00:00", "ok"),
        ({"daily_from": time(6), "daily_to": time(22)}, "2026-03-02T21:59:59", "ok"),
        ({"daily_from": time(6), "daily_to": time(22)}, "2026-03-02T22:00:00", "outside_hours"),
        ({"daily_from": time(22), "daily_to": time(6)}, "2026-03-02T23:00:00", "ok"),
        ({"daily_from": time(22), "daily_to": time(6)}, "2026-03-02T05:00:00", "ok"),
        ({"daily_from": time(22), "daily_to": time(6)}, "2026-03-02T12:00:00", "outside_hours"),
    ],
)
def test_windows(window: dict[str, Any], utc: str, expected: str) -> None:
    assert reason(stage(code(**window)), shown(utc=utc)) == expected


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2026-03-06T23:00:00", "ok"),  # Friday's night shift
        ("2026-03-07T05:00:00", "ok"),  # still Friday's
        ("2026-03-07T23:00:00", "outside_hours"),
        ("2026-03-06T05:00:00", "outside_hours"),  # that is Thursday's
    ],
)
def test_a_night_belongs_to_the_day_it_began(utc: str, expected: str) -> None:
    night = code(days=("fri",), daily_from=time(22), daily_to=time(6))
    assert reason(stage(night), shown(utc=utc)) == expected


def test_local_time_is_the_sites() -> None:
    noon = code(daily_from=time(12), daily_to=time(13))
    options = AllowOptions(door="d", target="r", codes=(noon,))
    kashgar = build(Post(stage="gate", options=options, timezone="Asia/Urumqi"))
    assert reason(kashgar, shown(utc="2026-03-02T14:30:00")) == "ok"


@pytest.mark.parametrize("blind", [{"utc": None}, {"tq": TimeQuality.UNTRUSTED}])
def test_without_a_clock_windows_are_closed_unless_allowed(blind: dict[str, Any]) -> None:
    window = code(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert reason(stage(window), shown(**blind)) == "no_clock"
    assert reason(stage(window, without_clock="allow"), shown(**blind)) == "ok"
    assert reason(stage(code()), shown(**blind)) == "ok"


def test_holdover_is_a_clock() -> None:
    assert reason(stage(code(days=("mon",))), shown(tq=TimeQuality.HOLDOVER)) == "ok"


def test_a_code_held_in_front_of_the_reader_opens_once() -> None:
    gate = stage(code())
    times = (100, 101.9, 103.8, 105.7)
    assert [reason(gate, shown(mono_s=at)) for at in times] == ["ok", *["repeat"] * 3]
    assert reason(gate, shown(mono_s=107.7)) == "ok"


def test_repeats_are_per_code_reader_and_boot() -> None:
    gate = stage(code(), Code(name="other", sha256=sha("too")))
    assert reason(gate, shown()) == "ok"
    assert reason(gate, shown("too")) == "ok"
    assert reason(gate, shown(boot="other-boot")) == "ok"


def test_a_repeat_keeps_its_name() -> None:
    gate = stage(code())
    gate(shown())
    outcome = list(gate(shown()))[1]
    assert isinstance(outcome, Event)
    assert outcome.data["credential"] == "resident-7"


def test_what_is_remembered_is_bounded() -> None:
    gate = stage()
    for n in range(1000):
        gate(shown(str(n)))
    assert len(gate._shown) == 256


def test_others_pass() -> None:
    message: Message = event("access_granted")
    assert list(stage(code())(message)) == [message]


def test_a_judge_of_another_kind_sees_what_was_shown() -> None:
    seen: list[bytes] = []

    def judge(scan: Event, /) -> Verdict:
        seen.append(scan.raw)
        return Verdict(Reason.OK, "sid-1")

    gate = Allow("gate", AllowOptions(door="d", target="r"), judge)
    assert reason(gate, shown("BK1:…")) == "ok"
    assert seen == ["BK1:…".encode()]


@pytest.mark.parametrize(
    ("wrong", "word"), [({"sha256": "z" * 64}, "sha256"), ({"daily_from": time(6)}, "daily_to")]
)
def test_codes_that_make_no_sense_are_refused(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Code(**({"name": "x", "sha256": sha("x")} | wrong))
