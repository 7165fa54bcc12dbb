"""What ``config/mosquitto/acl`` promises, tried on running brokers.

That nothing arrives is told by a fence: a permitted message sent afterwards arrives, and brokers
keep the order of one sender.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from cli.broker import RECEIVER, WATCH, Broker
from cli.net import mosquitto
from tests.net.client import Client, Turned

MINE, OTHERS = "linli/v1/demo/s0/box-1", "linli/v1/demo/s0/box-2"


class At(NamedTuple):
    broker: Broker
    version: str

    def client(self, user: str, **more: object) -> Client:
        password = self.broker.passwords[user]
        return Client(self.broker.url, user, password, version=self.version, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["mosquitto-5", "mosquitto-3.1.1", "amqtt-3.1.1"])
def at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    kind, _, version = request.param.partition("-")
    if kind == "mosquitto" and mosquitto.program() is None:
        pytest.skip("there is no mosquitto here")
    folder = tmp_path_factory.mktemp("broker")
    with Broker(folder, ["box-1", "box-2"], embedded=kind == "amqtt") as broker:
        yield At(broker, version)


def test_box_and_platform_understand_each_other(at: At) -> None:
    with at.client(RECEIVER) as city, at.client("box-1") as box:
        assert city.subscribe("linli/v1/demo/s0/+/up/#")
        assert box.subscribe(f"{MINE}/down/#")
        box.publish(f"{MINE}/up/hello", b'{"v":1}')
        assert city.got() == (f"{MINE}/up/hello", b'{"v":1}', False)
        city.publish(f"{MINE}/down/call", b'{"v":1}')
        assert box.got() == (f"{MINE}/down/call", b'{"v":1}', False)


@pytest.mark.parametrize(
    "topic",
    [
        f"{OTHERS}/up/urgent",
        "linli/v1/other/s0/box-1/up/urgent",
        "linli/v1/demo/s1/box-1/up/urgent",
        f"{MINE}/down/command",
        f"{MINE}/down/ack",
        f"{OTHERS}/down/command",
        "linli/v1/demo/s0/city.watch/up/urgent",
        "elsewhere",
    ],
)
@pytest.mark.parametrize("retain", [False, True])
def test_a_box_speaks_in_its_own_branch_only(at: At, topic: str, retain: bool) -> None:
    with at.client(WATCH) as watch, at.client("box-2") as victim, at.client("box-1") as box:
        assert watch.subscribe("linli/v1/demo/s0/#")
        assert victim.subscribe(f"{OTHERS}/down/#")
        taken = box.publish(topic, b"forged", retain=retain)
        assert not taken or at.version != "5"  # where nobody may listen, only this tells
        box.publish(f"{MINE}/up/urgent", b"fence")
        assert watch.got_until(f"{MINE}/up/urgent") == []
        with at.client(RECEIVER) as city:
            city.publish(f"{OTHERS}/down/call", b"fence")
        assert victim.got_until(f"{OTHERS}/down/call") == []
    with at.client(WATCH) as later:  # nor was it kept for those who come later
        assert later.subscribe("linli/v1/demo/s0/#")
        with at.client("box-1") as box:
            box.publish(f"{MINE}/up/urgent", b"fence")
        assert later.got_until(f"{MINE}/up/urgent") == []


@pytest.mark.parametrize(
    "wanted",
    ["#", "+/+/+/+/+/+/+", "linli/v1/+/+/+/down/command", "linli/v1/demo/s0/#", f"{OTHERS}/#"],
)
def test_a_box_hears_its_own_branch_only(at: At, wanted: str) -> None:
    with at.client(RECEIVER) as city, at.client("box-1") as box, at.client("box-2") as other:
        box.subscribe(wanted)  # mosquitto grants any filter and then delivers nothing of it
        assert box.subscribe(f"{MINE}/down/#")
        city.publish(f"{OTHERS}/down/command", b"for box-2")
        other.publish(f"{OTHERS}/up/urgent", b"from box-2")
        box.publish(f"{MINE}/up/urgent", b"its own")
        city.publish(f"{MINE}/down/call", b"fence")
        assert box.got_until(f"{MINE}/down/call") == []


def test_a_box_does_not_get_what_was_retained_for_others(at: At) -> None:
    with at.client("box-2") as other:
        other.publish(f"{OTHERS}/up/state", b"state of box-2", retain=True)
    with at.client(RECEIVER) as city:
        assert city.subscribe("linli/v1/demo/s0/+/up/#")
        assert city.got() == (f"{OTHERS}/up/state", b"state of box-2", True)
        city.publish(f"{OTHERS}/down/command", b"kept", retain=True)
        with at.client("box-1") as box:
            for wanted in ("#", f"{OTHERS}/up/state", "linli/v1/demo/s0/+/down/#"):
                box.subscribe(wanted)
            assert box.subscribe(f"{MINE}/down/#")
            city.publish(f"{MINE}/down/call", b"fence")
            assert box.got_until(f"{MINE}/down/call") == []
        city.publish(f"{OTHERS}/down/command", b"", retain=True)
    with at.client("box-2") as other:
        other.publish(f"{OTHERS}/up/state", b"", retain=True)


def test_a_will_stays_in_its_branch(at: At) -> None:
    with at.client(WATCH) as watch:
        assert watch.subscribe("linli/v1/demo/s0/#")
        try:
            with at.client("box-1", will=(f"{OTHERS}/up/state", b"forged")) as box:
                box.fall()
        except Turned:
            assert at.broker.kind.startswith("amqtt")
        with at.client("box-1", will=(f"{MINE}/up/state", b"gone")) as box:
            box.fall()
        before = watch.got_until(f"{MINE}/up/state")
        assert b"forged" not in [payload for _, payload, _ in before]
    with at.client("box-1") as box:
        box.publish(f"{MINE}/up/state", b"", retain=True)


def test_one_who_watches_cannot_speak(at: At) -> None:
    with at.client("box-1") as box, at.client(RECEIVER) as city, at.client(WATCH) as watch:
        assert box.subscribe(f"{MINE}/down/#")
        watch.publish(f"{MINE}/down/command", b"forged")
        city.publish(f"{MINE}/down/call", b"fence")
        assert box.got_until(f"{MINE}/down/call") == []


@pytest.mark.parametrize(
    ("user", "password"),
    [(None, None), ("box-1", None), ("box-1", "wrong"), ("box-3", "wrong"), ("", "")],
)
def test_nobody_comes_in_without_a_password(at: At, user: str | None, password: str | None) -> None:
    with pytest.raises(Turned), Client(at.broker.url, user, password, version=at.version):
        pass


def test_nobody_is_thrown_out_by_a_stolen_client_id(at: At) -> None:
    if at.broker.kind.startswith("amqtt"):
        pytest.skip("amqtt knows clients by the id that they say")
    with at.client("box-2", client_id="linli-box-2") as victim:
        with at.client("box-1", client_id="linli-box-2") as thief:
            thief.publish(f"{MINE}/up/urgent", b"here")
        assert victim.subscribe(f"{OTHERS}/down/#")
        assert not victim.gone.is_set()


def test_a_second_box_of_the_same_name_throws_the_first_one_out(at: At) -> None:
    if at.broker.kind.startswith("amqtt"):
        pytest.skip("amqtt leaves the first one connected and silent")
    name = "linli-box-1"
    with at.client("box-1", client_id=name) as first, at.client("box-1", client_id=name):
        assert first.gone.wait(10)
