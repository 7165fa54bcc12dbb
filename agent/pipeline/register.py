"""Every stage that a configuration can ``use``, by name: a plain table, easy to grep."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.pipeline import allow, sane, settle, thin
from agent.pipeline.base import Use

_ALL = (
    Use(
        name="sane",
        build=sane.build,
        options=sane.SaneOptions,
        zh="标记不可能与跳变的读数",
        en="marks what cannot be and what jumps",
    ),
    Use(
        name="thin",
        build=thin.build,
        options=thin.ThinOptions,
        zh="抽稀快速数据流，不改变称重结果",
        en="thins fast streams, weighings unchanged",
    ),
    Use(
        name="settle",
        build=settle.build,
        options=settle.SettleOptions,
        zh="稳定后记一次称重",
        en="one weighing per load at rest",
    ),
    Use(
        name="allow",
        build=allow.build,
        options=allow.AllowOptions,
        zh="扫码开门：名单与时段",
        en="opens a door to listed codes",
    ),
)

STAGES: Mapping[str, Use] = MappingProxyType({use.name: use for use in _ALL})
