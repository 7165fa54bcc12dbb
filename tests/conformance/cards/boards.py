"""Lock boards, relays, contacts, towers, and what keeps them alive."""

from agent.drivers.doors.contacts import Input
from agent.model.messages import Event
from hwsim.orders import Order, Set
from tests.conformance.card import Card, Claim, Misbehaviour

DOOR = (Input(channel=2, use="door"),)


def a_contact(device: str, turn: int) -> Order:
    return Set(device, float(turn % 2), "input_2")


def power_cuts(device: str, turn: int) -> Order:
    return Set(device, 0.0 if turn % 3 == 1 else 225.0 + turn % 7, "mains_voltage")


def hook(event: Event) -> Claim:
    """One frame tells the hooks of all the locks."""
    return {f"closed_{event.data['channel']}": event.kind == "lock_closed"}


def contact(event: Event) -> Claim:
    return {f"contact_{event.data['channel']}": event.data["contact"]}


def mains(event: Event) -> Claim:
    return {"mains": event.kind == "mains_back"}


CARDS = (
    Card(
        driver="kerong",
        address=1,
        options={"watch": (1, 3)},
        act=("open", {"channel": 3}),
        told="open",
        claims={"lock_opened": hook, "lock_closed": hook},
        least=3,
        misbehaves=(
            Misbehaviour("a board that does not answer an order", {"answers_open": False}),
            Misbehaviour("a bolt that does not move", {"jammed": [3]}),
            Misbehaviour(
                "feedback wired the other way round", {"reversed": True}, {"hook": "open"}
            ),
            Misbehaviour("a CU48", {"model": "cu48", "locks": 48}, {"model": "cu48"}),
        ),
    ),
    Card(
        driver="winnsen",
        address=1,
        options={"watch": (1, 3)},
        act=("open", {"channel": 3}),
        told="open",
        least=3,
        unchecked="no check: a change counts only when the next answer says the same",
        misbehaves=(
            Misbehaviour(
                "lock and status changed over", {"over": True}, {"reading": "status-lock"}
            ),
            Misbehaviour("a bolt that does not move", {"jammed": [3]}),
        ),
    ),
    Card(
        driver="modbus-relay",
        address=1,
        options={"channels": 4, "inputs": DOOR},
        sim_options={"channels": 4, "inputs": 4},
        life=a_contact,
        act=("on", {"channel": 1}),
        told="on",
        claims={"input_changed": contact},
        misbehaves=(
            Misbehaviour(
                "a board that answers no reading", {"reads_back": False}, {"reads_back": False}
            ),
            Misbehaviour("a board that answers eight bits only", {"eights_only": True}),
            Misbehaviour("a coil that stays as it is", {"stuck": [1]}),
            Misbehaviour("a board that loses its power", {"loses_power_s": 40.0}),
        ),
    ),
    Card(
        driver="alarm-tower",
        address=1,
        act=("on", {"channel": 1, "rhythm": "2hz"}),
        told="blink",
        least=0,
    ),
    Card(
        driver="modbus-inputs",
        address=1,
        options={"inputs": DOOR},
        life=a_contact,
        claims={"input_changed": contact},
        misbehaves=(
            Misbehaviour("contacts that bounce for long", {"bounce_s": 0.5}),
            Misbehaviour("a board that answers eight inputs only", {"eights_only": True}),
            Misbehaviour("inputs that are pulled up", {"closed": 0}, {"closed": 0}),
            Misbehaviour("inputs packed in a register", {"function": 3}, {"function": 3}),
        ),
    ),
    Card(
        driver="ups-q1",
        options={"nominal": 24},
        life=power_cuts,
        claims={"mains_lost": mains, "mains_back": mains},
        tolerance=0.11,  # the charge is worked out from tenths of a volt
        unchecked="no check: flags count only when the next answer has the same",
        misbehaves=(
            Misbehaviour("it tells volts of one cell", {"online": True}),
            Misbehaviour("it has no thermometer", {"thermometer": False}),
        ),
    ),
)
