"""When hello is said, and which answer counts."""

from agent.sync.greeting import CALLED_S, Greeting
from agent.sync.wire import Reply

SECOND = 10**9


def test_without_an_answer_it_is_said_again_later_and_later() -> None:
    greeting, said = Greeting(0), []
    for turn in range(8):
        now = greeting.due_ns
        greeting.said(f"n-{turn}", now)
        said.append(now // SECOND)
    assert said == [0, 5, 15, 35, 75, 135, 195, 255]


def test_an_answer_holds_for_half_an_hour() -> None:
    greeting = Greeting(0)
    greeting.said("n-1", 0)
    assert greeting.heard(Reply("n-1"), 2 * SECOND) == 2 * SECOND
    assert greeting.due_ns == 1802 * SECOND
    greeting.said("n-2", greeting.due_ns)
    assert greeting.due_ns == 1807 * SECOND  # the waits begin anew


def test_only_the_answer_to_the_latest_hello_counts_and_only_once() -> None:
    greeting = Greeting(0)
    assert greeting.heard(Reply("n-1"), 0) is None
    greeting.said("n-1", 0)
    greeting.said("n-2", 5 * SECOND)
    assert greeting.heard(Reply("n-1"), 6 * SECOND) is None
    assert greeting.heard(Reply("n-2"), 6 * SECOND) == SECOND
    assert greeting.heard(Reply("n-2"), 7 * SECOND) is None


def test_a_call_is_answered_at_once_but_a_flood_of_them_is_not() -> None:
    greeting, soonest = Greeting(0), CALLED_S * SECOND
    greeting.said("n-1", 0)
    greeting.heard(Reply("n-1"), 1)
    greeting.hurry(2)
    assert greeting.due_ns == soonest
    greeting.hurry(100 * SECOND)
    assert greeting.due_ns == soonest
    greeting.said("n-2", 100 * SECOND)
    greeting.heard(Reply("n-2"), 100 * SECOND)
    greeting.hurry(200 * SECOND)
    assert greeting.due_ns == 200 * SECOND
