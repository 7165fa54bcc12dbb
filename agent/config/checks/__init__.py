"""What no table can know of itself: names that must exist, wires that must be shared."""

from collections.abc import Callable
from typing import Final

from agent.config.checks.addresses import check_addresses
from agent.config.checks.cameras import check_cameras
from agent.config.checks.clock import check_clock
from agent.config.checks.names import check_names
from agent.config.checks.outputs import check_outputs
from agent.config.checks.paths import check_paths
from agent.config.checks.places import check_places
from agent.config.checks.radio import check_radio
from agent.config.checks.scope import Scope
from agent.config.checks.sharing import check_sharing
from agent.config.checks.stages import check_stages
from agent.config.checks.sync import check_sync
from agent.config.checks.wires import check_wires

CHECKS: Final[tuple[Callable[[Scope], None], ...]] = (
    check_names,
    check_places,
    check_wires,
    check_radio,
    check_sharing,
    check_addresses,
    check_outputs,
    check_cameras,
    check_stages,
    check_clock,
    check_paths,
    check_sync,
)
