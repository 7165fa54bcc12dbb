"""Will the journal find a disk that keeps what it is given, in time?"""

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agent.config.settings import Store
from cli.checks.finding import Finding, Verdict, fine, skipped
from cli.checks.host import Host
from cli.seeing.words import size

SYNCS, BLOCK = 20, 4096
SLOW_S, DYING_S = 0.2, 2.0
"""A sound card syncs within 10–50 ms; one that needed 3.2 s was dying (balena-io/docs#1614)."""

_FLEETING = {"tmpfs", "ramfs"}
_FRAGILE = {"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk"}


def disk(store: Store, host: Host, pictures: int = 0) -> Iterator[Finding]:
    """``pictures``: bytes that a box with cameras keeps of them."""
    folder = store.dir
    if not folder.is_dir():
        yield Finding(
            check="state",
            verdict=Verdict.WARN,
            about=str(folder),
            zh="数据目录尚不存在",
            en="the state directory is not there yet",
            todo_zh="首次启动会自动建立；若网关已运行过，请检查磁盘是否挂载",
            todo_en="the first start makes it; if there was one, is its disk mounted?",
        )
        return
    yield _writable(folder)
    yield _filesystem(folder, host)
    yield _room(store, pictures)
    yield _latency(folder)


def _writable(folder: Path) -> Finding:
    mode = folder.stat().st_mode
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            check="state",
            verdict=Verdict.BAD,
            about=str(folder),
            zh="当前用户不能写入数据目录",
            en="this user cannot write to the state directory",
            todo_zh="用网关的用户或 root 再试；目录应属于 linli",
            todo_en="try as the agent's user or root; the directory belongs to linli",
        )
    if mode & stat.S_IRWXO:
        return Finding(
            check="state",
            verdict=Verdict.WARN,
            about=str(folder),
            zh=f"数据目录对所有人开放（{stat.filemode(mode)}）",
            en=f"everybody may look into the state directory ({stat.filemode(mode)})",
            todo_zh=f"chmod o= {folder}",
            todo_en=f"chmod o= {folder}",
        )
    return fine("state", "数据目录可写", "the state directory can be written", str(folder))


def _filesystem(folder: Path, host: Host) -> Finding:
    mount = host.mount(folder)
    if mount is None:
        return skipped("filesystem", "读不到 mountinfo", "mountinfo cannot be read", str(folder))
    if "ro" in mount.options:
        verdict, zh, en = Verdict.BAD, "文件系统只读", "the file system is read-only"
        todo_zh, todo_en = "多半是存储卡出错：看 dmesg，备份并换卡", "see dmesg; replace the card"
    elif mount.kind in _FLEETING:
        verdict, zh, en = Verdict.WARN, "在内存里，断电即失", "in memory: gone with the power"
        todo_zh, todo_en = "把数据目录放到存储卡上", "put the state directory on a disk"
    elif mount.kind in _FRAGILE:
        verdict, zh, en = Verdict.WARN, "这种文件系统断电易损", "no match for power cuts"
        todo_zh, todo_en = "改用 ext4 或 f2fs", "use ext4 or f2fs"
    else:
        return fine("filesystem", f"{mount.kind}，可写", f"{mount.kind}, writable", mount.point)
    return Finding(
        check="filesystem",
        verdict=verdict,
        about=f"{mount.point} ({mount.kind})",
        zh=zh,
        en=en,
        todo_zh=todo_zh,
        todo_en=todo_en,
    )


def _room(store: Store, pictures: int) -> Finding:
    """What the budgets still may take against what is free."""
    at = os.statvfs(store.dir)
    free = at.f_bavail * at.f_frsize
    held = sum(_size(file) for file in store.dir.iterdir())
    budgets = store.bulk_bytes + store.urgent_bytes + store.reserve_bytes + pictures
    wanted = max(0, budgets - held)
    facts = {"free_bytes": free, "wanted_bytes": wanted}
    zh, en = f"剩余 {size(free)}，还需 {size(wanted)}", f"{size(free)} free, {size(wanted)} wanted"
    if free >= wanted:
        return fine("room", zh, en, str(store.dir), **facts)
    return Finding(
        check="room",
        verdict=Verdict.BAD if free < store.reserve_bytes else Verdict.WARN,
        about=str(store.dir),
        zh=zh,
        en=en,
        todo_zh="清理磁盘，或调小 [store] 的 bulk_bytes、[vision] 的 evidence_bytes",
        todo_en="free some space, or lower bulk_bytes in [store], evidence_bytes in [vision]",
        facts=facts,
    )


def _size(file: Path) -> int:
    with contextlib.suppress(OSError):
        return file.stat().st_size
    return 0


def _latency(folder: Path) -> Finding:
    """The 99th percentile of a few syncs is their worst."""
    try:
        times = sorted(sync_times(folder))
    except OSError as why:
        text = why.strerror or str(why)
        return skipped("sync", f"无法测量：{text}", f"not measured: {text}", str(folder))
    worst = times[-1]
    facts = {"p99_ms": round(worst * 1e3, 1), "median_ms": round(times[len(times) // 2] * 1e3, 1)}
    zh = f"落盘 p99 {facts['p99_ms']} ms（{SYNCS} 次）"
    en = f"a sync takes {facts['p99_ms']} ms at worst ({SYNCS} tries)"
    if worst < SLOW_S:
        return fine("sync", zh, en, str(folder), **facts)
    return Finding(
        check="sync",
        verdict=Verdict.BAD if worst >= DYING_S else Verdict.WARN,
        about=str(folder),
        zh=zh,
        en=en,
        todo_zh="多半是存储卡老化：换用工业级卡或 SSD",
        todo_en="the card is worn or a poor one: use an industrial card or an SSD",
        facts=facts,
    )


def sync_times(folder: Path) -> Iterator[float]:
    """Seconds each of ``SYNCS`` appended and synced blocks took.  The file is gone afterwards."""
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(os.urandom(BLOCK))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            yield time.perf_counter() - began
