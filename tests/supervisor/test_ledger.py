"""The core's mail: each message once, and word back once it is durable."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from agent.supervisor.ledger import REMEMBERED, Ledger

WHO, OTHER = b"worker-1", b"worker-2"


class Post:
    """What was acknowledged, if the wire ``takes`` it."""

    def __init__(self) -> None:
        self.takes = True
        self.said: list[tuple[bytes, list[int]]] = []

    def acknowledge(self, who: bytes, numbers: list[int]) -> bool:
        if self.takes:
            self.said.append((who, numbers))
        return self.takes


async def test_a_message_is_new_once() -> None:
    ledger = Ledger(Post().acknowledge)
    assert ledger.is_new(WHO, 1)
    assert not ledger.is_new(WHO, 1)
    assert ledger.is_new(OTHER, 1)


async def test_what_is_durable_is_said_together_in_the_next_turn() -> None:
    post = Post()
    ledger = Ledger(post.acknowledge)
    for number in (1, 2, 3):
        ledger.is_new(WHO, number)
        ledger.durable(WHO, number)
    ledger.is_new(OTHER, 7)
    ledger.durable(OTHER, 7)
    assert post.said == []
    await asyncio.sleep(0)
    assert post.said == [(WHO, [1, 2, 3]), (OTHER, [7])]
    await asyncio.sleep(0)
    assert len(post.said) == 2


async def test_one_that_comes_again_is_acknowledged_again_if_it_is_durable() -> None:
    post = Post()
    ledger = Ledger(post.acknowledge)
    ledger.is_new(WHO, 1)
    assert not ledger.is_new(WHO, 1)
    await asyncio.sleep(0)
    assert post.said == []  # it is not: the worker must keep it
    ledger.durable(WHO, 1)
    await asyncio.sleep(0)
    assert not ledger.is_new(WHO, 1)
    await asyncio.sleep(0)
    assert post.said == [(WHO, [1]), (WHO, [1])]


async def test_what_could_not_be_said_is_said_with_the_next() -> None:
    post = Post()
    ledger = Ledger(post.acknowledge)
    post.takes = False
    ledger.durable(WHO, 1)
    await asyncio.sleep(0)
    post.takes = True
    ledger.durable(WHO, 2)
    await asyncio.sleep(0)
    assert post.said == [(WHO, [1, 2])]


async def test_a_dead_worker_is_told_nothing() -> None:
    post = Post()
    ledger = Ledger(post.acknowledge)
    ledger.durable(WHO, 1)
    ledger.forget(WHO)
    ledger.forget(OTHER)
    await asyncio.sleep(0)
    assert post.said == []


async def test_memory_is_bounded() -> None:
    post = Post()
    post.takes = False
    ledger = Ledger(post.acknowledge)
    for number in range(2 * REMEMBERED):
        assert ledger.is_new(WHO, number)
        ledger.durable(WHO, number)
    assert ledger.is_new(WHO, 0)  # long forgotten
    assert not ledger.is_new(WHO, 2 * REMEMBERED - 1)
    post.takes = True
    ledger.flush()
    assert len(post.said[0][1]) == REMEMBERED


@given(
    st.lists(st.tuples(st.sampled_from(["comes", "durable", "turn", "full"]), st.integers(1, 9)))
)
def test_nothing_is_acknowledged_before_it_is_durable(steps: list[tuple[str, int]]) -> None:
    async def run() -> None:
        post, durable, come = Post(), set[int](), set[int]()
        ledger = Ledger(post.acknowledge)
        for what, number in steps:
            if what == "comes":
                assert ledger.is_new(WHO, number) == (number not in come)
                come.add(number)
            elif what == "durable" and number in come:
                ledger.durable(WHO, number)
                durable.add(number)
            elif what == "turn":
                await asyncio.sleep(0)
            elif what == "full":
                post.takes = not post.takes
            assert {each for _, numbers in post.said for each in numbers} <= durable
        post.takes = True
        ledger.flush()
        assert {each for _, numbers in post.said for each in numbers} == durable

    asyncio.run(run())
