from hypothesis import given
from hypothesis import strategies as st

from agent.clock.floor import RamFloor
from agent.clock.rules import EARLIEST_NS, LATEST_NS, SECOND
from agent.model.kinds import KINDS
from agent.model.time import Stamp, TimeQuality, utc_from_text, utc_text
from tests.clock.held import YEAR, Bench, T

YEARS_S = 10 * YEAR / SECOND


def test_without_a_source_the_boot_and_its_age_are_known() -> None:
    bench = Bench()
    assert bench.clock.now() == Stamp("boot-a", 100 * SECOND, None, TimeQuality.UNTRUSTED)
    assert bench.clock.source is None


def test_stamps_are_whole_microseconds() -> None:
    bench = Bench()
    bench.boot.ns += 123_456_789
    bench.clock.offer("rtc", T + 1)
    at = bench.clock.now()
    assert at.utc_ns is not None
    assert (at.mono_ns % 1000, at.utc_ns % 1000) == (0, 0)
    assert utc_from_text(utc_text(at.utc_ns)) == at.utc_ns


def test_the_first_source_is_believed_and_told() -> None:
    bench = Bench()
    assert bench.offer("modem", error_s=0.5) == ["clock_synced"]
    assert bench.clock.now() == Stamp("boot-a", 100 * SECOND, T, TimeQuality.TRUSTED)
    (event,) = bench.told
    assert event.device == "box-1"
    assert event.at == bench.clock.now()
    assert dict(event.data) == {
        "source": "modem", "utc": utc_text(T), "offset_ns": T - 100 * SECOND, "error_ms": 500.0,
    }  # fmt: skip


def test_a_name_that_is_not_configured_is_not_heard() -> None:
    bench = Bench("platform")
    assert bench.offer("rtc") == []
    assert bench.clock.now().utc_ns is None


def test_confirmations_are_not_told_and_move_nothing() -> None:
    bench = Bench()
    bench.offer("platform")
    for _ in range(20):
        bench.boot.pass_s(64)
        assert bench.offer("platform", off_s=0.09) == []
        assert bench.offer("rtc", off_s=-1.5) == []
    assert bench.off_s == 0


def test_trust_ends_in_holdover_and_comes_back() -> None:
    bench = Bench(holdover_s=1000)
    bench.offer("platform")
    bench.boot.pass_s(1000)
    assert bench.clock.now().tq is TimeQuality.TRUSTED
    bench.boot.pass_s(1)
    assert bench.clock.now().tq is TimeQuality.HOLDOVER
    assert bench.off_s == 0
    bench.offer("rtc", off_s=1)
    assert bench.clock.now().tq is TimeQuality.TRUSTED


def test_small_steps_are_told_and_go_forward() -> None:
    bench = Bench()
    bench.offer("platform")
    assert bench.offer("platform", off_s=1.5) == ["clock_synced"]
    assert bench.off_s == 1.5


def test_a_coarse_source_does_not_make_the_clock_tremble() -> None:
    bench = Bench("rtc")
    bench.offer("rtc", error_s=0.5)
    assert bench.offer("rtc", off_s=0.4, error_s=0.5) == []


def test_small_steps_back_stand_still() -> None:
    bench = Bench()
    bench.offer("platform")
    before = bench.clock.now().utc_ns
    assert bench.offer("platform", off_s=-1.5) == ["clock_synced"]
    assert bench.clock.now().utc_ns == before
    bench.boot.pass_s(1.5)
    assert bench.clock.now().utc_ns == before
    bench.boot.pass_s(1)
    assert bench.off_s == -1.5


def test_a_better_source_moves_the_clock_by_years() -> None:
    bench = Bench()
    bench.offer("rtc", off_s=YEARS_S)
    assert bench.offer("modem") == ["clock_disagrees", "clock_synced"]
    assert bench.off_s == 0
    disagrees = bench.told[1].data
    assert (disagrees["source"], disagrees["other"]) == ("modem", "rtc")
    assert disagrees["difference_s"] == -YEARS_S


def test_a_worse_source_never_does() -> None:
    bench = Bench()
    bench.offer("platform")
    assert bench.offer("rtc", off_s=YEARS_S) == ["clock_disagrees"]
    for _ in range(50):
        bench.boot.pass_s(64)
        assert bench.offer("rtc", off_s=YEARS_S) == []  # told once
    assert bench.off_s == 0
    assert bench.clock.source == "platform"


def test_a_disagreement_is_told_again_after_they_agreed() -> None:
    bench = Bench()
    bench.offer("platform")
    bench.offer("rtc", off_s=3)
    assert bench.offer("rtc", off_s=1) == []
    assert bench.offer("rtc", off_s=3) == ["clock_disagrees"]


def test_two_seconds_are_no_disagreement() -> None:
    bench = Bench()
    bench.offer("platform")
    assert bench.offer("rtc", off_s=2) == []
    assert bench.offer("rtc", off_s=2.001) == ["clock_disagrees"]


def test_a_better_source_that_agrees_takes_over_in_silence() -> None:
    bench = Bench()
    bench.offer("rtc", error_s=0.5)
    assert bench.offer("platform", off_s=0.05) == []
    assert bench.clock.source == "platform"
    assert bench.off_s == 0
    assert bench.offer("rtc", off_s=-1.9) == []


def test_the_best_source_moves_itself_at_once() -> None:
    bench = Bench()
    bench.offer("platform")
    assert bench.offer("platform", off_s=YEARS_S) == ["clock_disagrees", "clock_synced"]
    assert bench.off_s == YEARS_S
    assert bench.offer("platform") == ["clock_disagrees", "clock_synced"]
    assert bench.off_s == 0


def test_another_moves_itself_only_when_it_says_so_twice() -> None:
    bench = Bench()
    bench.offer("modem")
    assert bench.offer("modem", off_s=60) == ["clock_disagrees"]
    assert bench.offer("modem") == []
    assert bench.offer("modem", off_s=60) == ["clock_disagrees"]
    assert bench.offer("modem", off_s=90) == []
    assert bench.offer("modem", off_s=90) == ["clock_synced"]
    assert bench.off_s == 90


def test_in_holdover_a_worse_source_may_correct_a_drift() -> None:
    bench = Bench(holdover_s=86_400)
    bench.offer("platform")
    bench.boot.pass_s(86_400)
    assert bench.offer("rtc", off_s=10) == ["clock_disagrees"]
    bench.offer("rtc")
    bench.boot.pass_s(86_400 * 3)
    assert bench.offer("rtc", off_s=60) == ["clock_disagrees"]
    assert bench.offer("rtc", off_s=10) == ["clock_synced"]
    assert bench.off_s == 10
    assert bench.offer("platform") == ["clock_disagrees", "clock_synced"]


def test_nothing_under_the_floor_is_believed() -> None:
    bench = Bench(floor=RamFloor(T + 3600 * SECOND))
    assert bench.offer("platform") == ["clock_refused"]
    assert bench.offer("platform") == []  # told once
    assert bench.clock.now().utc_ns is None
    assert bench.told[0].data["utc"] == utc_text(T)
    assert bench.told[0].data["floor"] == utc_text(T + 3600 * SECOND)
    assert bench.offer("rtc", off_s=3600) == ["clock_synced"]


def test_a_hair_under_the_floor_is_the_floor() -> None:
    bench = Bench(floor=RamFloor(T + SECOND))
    assert bench.offer("platform") == ["clock_synced"]
    assert bench.clock.now().utc_ns == T + SECOND
    bench.boot.pass_s(5)
    assert bench.off_s == 0


def test_no_time_before_this_program_existed_nor_after_the_century() -> None:
    bench = Bench()
    bench.clock.offer("rtc", EARLIEST_NS - 3 * SECOND)
    bench.clock.offer("platform", LATEST_NS)
    bench.clock.offer("modem", -(2**80))
    assert [event.kind for event in bench.told] == ["clock_refused"] * 3
    assert bench.clock.now().utc_ns is None


def test_the_floor_follows_what_two_sources_told() -> None:
    bench = Bench()
    bench.offer("rtc")
    assert bench.floor.floor() == 0
    bench.offer("modem")
    assert bench.floor.floor() == T - 2 * SECOND


def test_the_floor_follows_the_best_source_after_a_while() -> None:
    bench = Bench()
    bench.offer("platform")
    bench.boot.pass_s(599)
    bench.offer("platform")
    assert bench.floor.floor() == 0
    bench.boot.pass_s(1)
    bench.offer("platform")
    assert bench.floor.floor() == T + 598 * SECOND


def test_the_floor_never_follows_a_lone_worse_source() -> None:
    bench = Bench()
    for _ in range(100):
        bench.offer("rtc", off_s=YEARS_S)
        bench.boot.pass_s(64)
    assert bench.floor.floor() == 0
    assert bench.offer("platform") == ["clock_disagrees", "clock_synced"]


def test_the_floor_follows_hourly_and_stays_behind_the_drift() -> None:
    bench = Bench(holdover_s=10**9)
    bench.offer("platform")
    bench.offer("rtc")
    for hours in range(1, 100):
        bench.boot.pass_s(3600)
        bench.clock.tick()
        assert bench.floor.floor() <= bench.true_ns - hours * 3600 * SECOND // 10_000
        assert bench.floor.floor() > bench.true_ns - 2 * 3600 * SECOND
    assert bench.offer("platform", off_s=-9) == ["clock_disagrees", "clock_synced"]


def test_a_restarted_agent_goes_on_from_the_anchor_of_its_boot() -> None:
    bench = Bench(holdover_s=1000)
    bench.clock.resume("platform", T - 100 * SECOND, 50 * SECOND)
    assert bench.told == []
    assert bench.clock.now() == Stamp("boot-a", 100 * SECOND, T, TimeQuality.TRUSTED)
    bench.boot.pass_s(2000)
    assert bench.clock.now().tq is TimeQuality.HOLDOVER
    assert bench.clock.source == "platform"


def test_a_resumed_anchor_is_not_better_than_a_source() -> None:
    bench = Bench()
    bench.offer("rtc")
    bench.clock.resume("platform", 5 * T, 0)
    assert bench.off_s == 0
    later = Bench(floor=RamFloor(T + YEAR))
    later.clock.resume("platform", T - 100 * SECOND, 50 * SECOND)
    assert later.clock.now().utc_ns is None


offers = st.tuples(
    st.sampled_from(("platform", "modem", "rtc")),
    st.sampled_from((-YEARS_S, -60.0, -1.5, -0.2, 0.0, 0.0, 0.0, 0.05, 0.7, 1.9, 30.0, YEARS_S)),
    st.sampled_from((0.0, 0.5)),
    st.sampled_from((0, 1, 64, 700, 4000)),
)


@given(st.lists(offers, max_size=30))
def test_whatever_sources_say(said: list[tuple[str, float, float, int]]) -> None:
    bench = Bench()
    before: Stamp | None = None
    for source, off_s, error_s, passing in said:
        corrected = "clock_synced" in bench.offer(source, off_s, error_s)
        now = bench.clock.now()
        if before is not None and before.utc_ns is not None:
            assert now.utc_ns is not None  # never forgotten
            back_ns = before.utc_ns - now.utc_ns
            assert back_ns <= 0 or (corrected and back_ns >= 2 * SECOND)
            assert now.mono_ns >= before.mono_ns
        if now.utc_ns is not None:
            assert now.utc_ns >= bench.clock.floor_ns >= bench.floor.floor()
        bench.boot.pass_s(passing)
        before = bench.clock.now()
    for event in bench.told:
        assert set(event.data) == set(KINDS[event.kind].data.split())


@given(st.lists(offers, max_size=30))
def test_every_anchor_is_in_an_event(said: list[tuple[str, float, float, int]]) -> None:
    """So that the journal can work out the UTC of every stamp of this boot."""
    bench = Bench()
    for source, off_s, error_s, passing in said:
        bench.offer(source, off_s, error_s)
        bench.boot.pass_s(passing + 3600)  # past any standing still
        synced = [event for event in bench.told if event.kind == "clock_synced"]
        offset_ns = synced[-1].data["offset_ns"] if synced else None
        assert bench.clock.now().offset_ns == offset_ns
