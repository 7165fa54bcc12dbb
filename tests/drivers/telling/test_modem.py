"""The modem's driver against a simulated one, in played time."""

import asyncio

import pytest

from agent.drivers.base import Refused
from agent.drivers.telling.modem_troubles import ModemRefused, Trouble, Who, trouble_of
from agent.line.asking import NoAnswer
from hwsim.orders import Set, Text
from tests.drivers.telling.heard import Told

ALARM = "三号边坡位移超限，请立即撤离，并电话回复值班室。"
PHONE = "+8613800138000"


def modem(**options: object) -> Told:
    return Told("modem", **{"busy_s": 0.0, **options})


async def test_after_power_the_sim_is_busy_and_then_the_network_is_there() -> None:
    wire = modem(busy_s=10.0)
    await wire.poll()
    assert wire.events("network_changed") == [{"state": "sim_busy", "operator": None}]
    assert "sim_busy" in await wire.refused("sms", to=PHONE, text=ALARM)
    wire.idle(10)
    await wire.poll()
    assert wire.events("network_changed")[1:] == [{"state": "home", "operator": "CHINA MOBILE"}]
    assert wire.readings("signal") == [-73, -73]
    await wire.poll()
    assert len(wire.events("network_changed")) == 2


async def test_a_message_is_sent_then_delivered() -> None:
    wire = modem()
    await wire.act("sms", to=PHONE, text=ALARM)
    assert wire.events("sms_sent") == [{"to": PHONE, "parts": 1, "references": "1"}]
    assert not wire.events("sms_delivered")
    wire.idle(5)
    (delivered,) = wire.events("sms_delivered")
    assert (delivered["to"], delivered["reference"], delivered["parts"]) == (PHONE, 1, 1)
    assert [(one["to"], one["text"]) for one in wire.happened("sms")] == [(PHONE, ALARM)]


@pytest.mark.parametrize(
    "text", [ALARM * 12, "😀" * 100, "{}" * 200, "plain text " * 40, "一" * 70, "一" * 71]
)
async def test_a_long_text_arrives_whole(text: str) -> None:
    wire = modem(driver={"parts": 10})
    await wire.act("sms", to=PHONE, text=text)
    wire.idle(5)
    assert [one["text"] for one in wire.happened("sms")] == [text]
    (sent,) = wire.events("sms_sent")
    (delivered,) = wire.events("sms_delivered")
    assert sent["parts"] == delivered["parts"] == wire.happened("sms")[0]["parts"]


async def test_a_report_that_comes_with_the_answer_is_not_lost() -> None:
    """The network may be quicker than the modem: the report, and then the reference."""
    wire = modem(report_s=0.001)
    await wire.act("sms", to=PHONE, text=ALARM * 3)
    wire.idle(1)
    assert [one["parts"] for one in wire.events("sms_delivered")] == [2]


async def test_a_phone_that_stays_off() -> None:
    wire = modem(switched_off=[PHONE])
    await wire.act("sms", to=PHONE, text=ALARM)
    wire.idle(5)
    (failed,) = wire.events("sms_failed")
    assert (failed["to"], failed["status"], failed["reason"]) == (PHONE, 0x46, "expired")
    assert not wire.happened("sms")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(50, "not_allowed"), (42, "congestion"), (330, "smsc_unknown"), (500, "modem_failed")],
)
async def test_a_refusal_says_who_must_act(code: int, reason: str) -> None:
    wire = modem(refuses=code)
    assert (await wire.refused("sms", to=PHONE, text=ALARM)).startswith(f"{reason}: ")
    await wire.poll()  # and it is well afterwards
    assert wire.events("network_changed")


async def test_without_network_or_card() -> None:
    wire = modem()
    wire.device.do(Set("dev", 0, "network"))
    assert "no_network" in await wire.refused("sms", to=PHONE, text=ALARM)
    wire.device.do(Set("dev", 0, "sim"))
    assert "no_sim" in await wire.refused("sms", to=PHONE, text=ALARM)
    await wire.poll()
    assert wire.events("network_changed") == [{"state": "no_sim", "operator": None}]
    assert wire.readings("signal") == []


async def test_a_card_in_lte_alone_is_at_home() -> None:
    wire = modem(lte_only=True)
    await wire.poll()
    assert wire.events("network_changed")[0]["state"] == "home"


async def test_another_card_is_told_before_the_alarm_which_goes_out() -> None:
    wire = modem(driver={"imei": "861234050012345", "card": "460001234567890"})
    await wire.poll()
    assert not wire.events("sim_changed")
    wire.device.do(Set("dev", 460110000000001, "imsi"))
    await wire.act("sms", to=PHONE, text=ALARM)
    kinds = [one.kind for one in wire.said if hasattr(one, "kind")]
    assert kinds[-2:] == ["sim_changed", "sms_sent"]
    (changed,) = wire.events("sim_changed")
    assert (changed["card"], changed["old_card"]) == ("460110000000001", "460001234567890")
    await wire.poll()
    assert len(wire.events("sim_changed")) == 1


async def test_messages_come_in_whole_and_are_deleted() -> None:
    wire = modem()
    wire.device.do(Text("dev", "+8613912345678", "已撤离，" * 40))
    wire.device.do(Text("dev", "10086", "余额"))
    wire.idle(1)
    for _ in range(2):
        await wire.poll()
    told = [(one["number"], one["text"]) for one in wire.events("sms_received")]
    assert told == [("+8613912345678", "已撤离，" * 40), ("10086", "余额")]
    await wire.poll()
    assert len(wire.events("sms_received")) == 2


async def test_a_memory_that_was_full_takes_messages_again() -> None:
    wire = modem()
    for number in range(10):
        wire.device.do(Text("dev", f"+861391234567{number}", f"n{number}"))
    wire.device.do(Text("dev", "+8613912345679", "too much"))
    wire.idle(1)
    for _ in range(3):
        await wire.poll()
    assert wire.events("fault_reported") == [{"fault": "sms_memory_full"}]
    assert [one["text"] for one in wire.events("sms_received")][:8] == [f"n{n}" for n in range(8)]
    wire.device.do(Text("dev", "10086", "and again"))
    wire.idle(1)
    await wire.poll()
    assert wire.events("sms_received")[-1]["text"] == "and again"


async def test_a_modem_that_was_pulled_and_put_back_is_set_up_anew() -> None:
    wire = modem()
    await wire.poll()
    wire.device.powered(on=True)  # echo is on again, and errors have no numbers
    await wire.act("sms", to=PHONE, text=ALARM)
    wire.idle(5)
    assert wire.events("sms_delivered")


async def test_notices_in_the_middle_are_no_answers() -> None:
    wire = modem(chatter="none")
    await wire.poll()
    quiet = len(wire.said)
    noisy = modem(chatter="some")
    await noisy.poll()
    assert len(noisy.said) == quiet


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({}, "answered"),
        ({"engaged": ["10086"]}, "busy"),
        ({"away": ["10086"]}, "no_answer"),
        ({"answer_s": 60.0}, "no_answer"),
    ],
)
async def test_a_call(options: dict[str, object], result: str) -> None:
    wire = modem(**options)
    await wire.act("call", to="10086", seconds=20)
    (made,) = wire.events("call_made")
    assert (made["to"], made["result"]) == ("10086", result)
    assert [one["number"] for one in wire.happened("rung")] == ["10086"]
    if result != "busy":
        assert wire.happened("hung_up")


async def test_the_test_message_names_the_device() -> None:
    wire = modem()
    await wire.act("test", to=PHONE)
    assert wire.happened("sms")[0]["text"].endswith("Linli test dev")


async def test_a_poll_does_not_come_between_a_prompt_and_its_pdu() -> None:
    wire = modem()
    alarm = asyncio.create_task(wire.act("sms", to=PHONE, text=ALARM * 5))
    while not alarm.done():
        await wire.poll()
        await asyncio.sleep(0)
    await alarm
    wire.idle(5)
    assert [one["text"] for one in wire.happened("sms")] == [ALARM * 5]


async def test_an_alarm_does_not_wait_for_the_rest_of_a_round() -> None:
    wire = modem()
    round_ = asyncio.create_task(wire.poll())
    for _ in range(3):
        await asyncio.sleep(0)
    await wire.act("sms", to=PHONE, text=ALARM)
    await round_
    assert wire.events("sms_sent")
    assert not wire.readings("signal")  # the round ended early


async def test_who_was_cut_short_at_the_prompt_leaves_it_first() -> None:
    wire = modem()
    await wire.poll()
    wire.harm("silent", seconds=None)
    with pytest.raises(NoAnswer):
        await wire.act("sms", to=PHONE, text=ALARM)
    wire.bus.harms.end(wire.bus.harms.all()[0])
    await wire.act("sms", to=PHONE, text=ALARM)
    assert len(wire.events("sms_sent")) == 1


async def test_a_call_that_was_cut_short_is_hung_up() -> None:
    wire = modem(away=["10086"])
    call = asyncio.create_task(wire.act("call", to="10086"))
    for _ in range(15):
        await asyncio.sleep(0)
    assert wire.happened("rung")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await wire.poll()
    assert wire.happened("hung_up")


async def test_a_dead_modem_gives_no_answer() -> None:
    wire = modem()
    wire.harm("silent")
    with pytest.raises(NoAnswer):
        await wire.poll()
    with pytest.raises(NoAnswer):
        await wire.act("sms", to=PHONE, text=ALARM)


@pytest.mark.parametrize(
    ("result", "trouble", "who"),
    [
        ("+CMS ERROR: 310", Trouble.NO_SIM, Who.TECHNICIAN),
        ("+CME ERROR: 14", Trouble.SIM_BUSY, Who.NOBODY),
        ("+CMS ERROR: 50", Trouble.NOT_ALLOWED, Who.OPERATOR),
        ("+CMS ERROR: 1", Trouble.BAD_NUMBER, Who.ASKER),
        ("+CMS ERROR: 322", Trouble.MEMORY_FULL, Who.NOBODY),
        ("+CMS ERROR: 99999", Trouble.MODEM_FAILED, Who.TECHNICIAN),
        ("ERROR", Trouble.MODEM_FAILED, Who.TECHNICIAN),
    ],
)
def test_codes_have_a_meaning(result: str, trouble: Trouble, who: Who) -> None:
    refused = ModemRefused(trouble_of(result), result)
    assert isinstance(refused, Refused)
    assert (refused.trouble, refused.who) == (trouble, who)
    assert len(str(refused)) <= 120  # what a command's record keeps
