"""Messages of every shape, for hypothesis."""

from hypothesis import strategies as st

from agent.model.kinds import KINDS
from agent.model.messages import Command, Event, Message, Quality, Reading, Value
from agent.model.quantities import QUANTITIES
from agent.model.records import Stored
from agent.model.time import Stamp, TimeQuality

ids = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
names = st.text(min_size=1, max_size=20)
whole = st.integers(0, 2**63 - 1)
micros = st.integers(0, 4_000_000_000_000_000)  # to the year 2096
finite = st.floats(allow_nan=False, allow_infinity=False)
values: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), finite, st.text(max_size=20)
)
fields = st.dictionaries(names, values, max_size=4)
stamps = st.builds(
    Stamp,
    boot=st.just("") | names,
    mono_ns=whole,
    utc_ns=st.none() | micros.map(lambda us: us * 1000),
    tq=st.sampled_from(TimeQuality),
)
readings = st.builds(
    Reading,
    device=ids,
    at=stamps,
    quantity=st.sampled_from(sorted(QUANTITIES)),
    value=finite,
    quality=st.sampled_from(Quality),
    point=st.none() | ids,
)
events = st.builds(
    Event,
    device=ids,
    at=stamps,
    kind=st.sampled_from(sorted(KINDS)) | names,
    data=fields,
    point=st.none() | ids,
    by=st.none() | ids,
    raw=st.just(b""),
)
commands = st.builds(
    Command,
    id=names,
    target=ids,
    action=names,
    at=stamps,
    ttl_ns=st.integers(0, 10**9).map(lambda ms: ms * 1_000_000),
    args=fields,
    by=st.none() | ids,
)
messages: st.SearchStrategy[Message] = st.one_of(readings, events, commands)
stored = st.builds(
    Stored, gateway=ids, stream=st.sampled_from(("urgent", "bulk")), epoch=whole, seq=whole
)
