"""What switches something declares the state it goes to before anything else happens."""

from agent.config import schema
from agent.config.checks.scope import Scope
from agent.config.suggest import keys, near
from agent.config.tables import Item


def check_outputs(scope: Scope) -> None:
    for device in scope.tables.devices:
        _declared(scope, device)
        _channels(scope, device)
    for stage in scope.tables.stages:
        use = scope.catalogue.stages.get(stage.draft.use or "")
        if use is not None and "target" in keys(use.options):
            _target(scope, stage)


def _declared(scope: Scope, device: Item[schema.Device]) -> None:
    offer, key = scope.offer(device), (*device.key, "outputs")
    if offer is None or scope.notes.broken(key):
        return
    if offer.outputs and not device.draft.outputs:
        scope.notes.add(key, "outputs_missing", driver=device.draft.driver)
    elif device.draft.outputs and not offer.outputs:
        scope.notes.add(key, "outputs_unwanted", driver=device.draft.driver)


def _channels(scope: Scope, device: Item[schema.Device]) -> None:
    taken: set[int] = set()
    most = getattr(scope.options[device.key], "channels", None)  # of boards of several sizes
    for at, output in enumerate(device.draft.outputs or ()):
        key, channel = (*device.key, "outputs", at, "channel"), output.channel
        if channel is None:
            continue
        if channel in taken:
            scope.notes.add(key, "channel_taken", channel=channel)
        elif most is not None and channel > most:
            scope.notes.add(key, "channel_beyond", channel=channel, channels=most)
        taken.add(channel)


def _target(scope: Scope, stage: Item[schema.Stage]) -> None:
    """What a stage switches: an option named ``target`` is a device, ``channel`` its output."""
    given = stage.draft.options or {}
    target, key = given.get("target"), (*stage.key, "options")
    channel = given.get("channel", getattr(scope.options[stage.key], "channel", None))
    if not isinstance(target, str):
        return
    named = {device.draft.id: device for device in scope.tables.devices if device.draft.id}
    if target not in named:
        meant = near(target, filter(None, named))
        scope.notes.add((*key, "target"), "unknown_device", name=target, meant=meant)
        return
    outputs = named[target].draft.outputs
    if scope.notes.broken((*named[target].key, "outputs")):
        return
    if outputs and channel is not None and channel not in [output.channel for output in outputs]:
        inner = (*key, "channel")
        scope.notes.add(inner, "channel_unknown", device=target, channel=channel)
