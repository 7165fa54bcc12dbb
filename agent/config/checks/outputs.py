"""What switches something declares the state it goes to before anything else happens."""

from agent.config import schema, settings
from agent.config.checks.scope import Scope
from agent.config.faults import Key
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
    target, key = (stage.draft.options or {}).get("target"), (*stage.key, "options")
    named = {device.draft.id: device for device in scope.tables.devices if device.draft.id}
    if not isinstance(target, str):
        return
    if target not in named:
        meant = near(target, filter(None, named))
        scope.notes.add((*key, "target"), "unknown_device", name=target, meant=meant)
        return
    device = named[target]
    offer, action = scope.offer(device), getattr(scope.options[stage.key], "action", "pulse")
    if offer is not None and not (offer.outputs if action == "pulse" else action in offer.does):
        scope.notes.add((*key, "target"), "target_still", device=target)
    elif (
        action == "pulse"
        and device.draft.outputs
        and not scope.notes.broken((*device.key, "outputs"))
    ):
        _output(scope, scope.options[stage.key], key, device)


def _output(scope: Scope, options: object, key: Key, device: Item[schema.Device]) -> None:
    """The channel is declared, and may be on for as long as the stage wants."""
    outputs = {output.channel: output for output in device.draft.outputs or ()}
    channel, pulse_ms = getattr(options, "channel", None), getattr(options, "pulse_ms", 0)
    if channel is not None and channel not in outputs:
        inner, name = (*key, "channel"), device.draft.id
        scope.notes.add(inner, "channel_unknown", device=name, channel=channel)
    elif channel is not None:
        most = outputs[channel].most_ms or settings.Output(channel=channel).most_ms
        if pulse_ms > most:
            inner = (*key, "pulse_ms")
            scope.notes.add(inner, "pulse_long", pulse_ms=pulse_ms, most_ms=most)
