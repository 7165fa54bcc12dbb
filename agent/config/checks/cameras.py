"""Cameras: where their pictures come from, who may ask for them, and where they look.

Nothing here says that a camera is there: that is told while the box runs.
"""

import re
from urllib.parse import SplitResult, urlsplit

from agent.config import schema, settings
from agent.config.checks.scope import Scope, label
from agent.config.credentials import is_reference
from agent.config.faults import Key, show
from agent.config.suggest import near
from agent.config.tables import Item

CAMERA_FILES = ("password", "password_file")
LOGIN = ("username", *CAMERA_FILES)

_LOCAL = re.compile(r"(v4l2|mjpeg\+unix|folder|file):/.")
_NETWORK = ("rtsp", "http", "https")
_LOOP = re.compile(r"(?P<device>[a-z0-9-]{1,32})/(?P<channel>[1-9][0-9]{0,2})\Z")
_ALONE = "v4l2:"  # the kernel gives a camera's frames to one reader
_LEAST_AREA = 1e-6  # of the picture: less than one pixel of any


def check_cameras(scope: Scope) -> None:
    taken: dict[str, Item[schema.Camera]] = {}
    for camera in scope.tables.cameras:
        source = camera.draft.source
        if source is not None:
            _source(scope, camera, source)
            _alone(scope, camera, source, taken)
        _login(scope, camera)
        _use(scope, camera)
        _polygons(scope, camera)
        _loop(scope, camera)


def loop_of(text: str) -> settings.Loop | None:
    """None if it is none."""
    match = _LOOP.match(text)
    return match and settings.Loop(device=match["device"], channel=int(match["channel"]))


def _source(scope: Scope, camera: Item[schema.Camera], text: str) -> None:
    """The text is not shown where it may hold a password that somebody put there."""
    key, note = (*camera.key, "source"), scope.notes.add
    if scope.notes.broken(key):
        return
    url = _url(text)
    if url is not None and (url.password or url.username):
        note(key, "secret", name="password")
    elif url is None and not _LOCAL.match(text):
        value = text if "@" not in text else text.rpartition("@")[2]
        note(key, "source_form", value=show(value))
    elif url is None:
        for name in LOGIN:
            if name in camera.raw:
                note((*camera.key, name), "login_unused", name=name)


def _url(text: str) -> SplitResult | None:
    """None if it is no address on a network."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:  # a port that is none, a bracket that is not closed
        return None
    return url if url.scheme in _NETWORK and url.hostname and port != 0 else None


def _alone(
    scope: Scope, camera: Item[schema.Camera], source: str, taken: dict[str, Item[schema.Camera]]
) -> None:
    """Two may look into one network camera, each at its own lane."""
    if source.startswith(_ALONE) and source in taken:
        key, other = (*camera.key, "source"), label(taken[source])
        scope.notes.add(key, "source_taken", source=source, other=other)
    taken.setdefault(source, camera)


def _login(scope: Scope, camera: Item[schema.Camera]) -> None:
    draft, note = camera.draft, scope.notes.add
    for name in CAMERA_FILES:
        value, key = getattr(draft, name), (*camera.key, name)
        if value is None or scope.notes.broken(key):
            continue
        if not is_reference(value):
            note(key, "file_form", value=show(value))
        elif not scope.given(camera, "username"):
            note(key, "goes_with", name=name, other="username")
    if draft.password is not None and draft.password_file is not None:
        note((*camera.key, "password_file"), "not_both", name="password_file", other="password")


def _use(scope: Scope, camera: Item[schema.Camera]) -> None:
    if camera.draft.use == ():
        scope.notes.add((*camera.key, "use"), "wrong_length", zh="不少于 1", en="at least 1")


def _polygons(scope: Scope, camera: Item[schema.Camera]) -> None:
    region, masks = camera.draft.region, camera.draft.masks or ()
    if region:  # an empty one is the default: everywhere
        _polygon(scope, region, (*camera.key, "region"))
    for at, mask in enumerate(masks):
        _polygon(scope, mask, (*camera.key, "masks", at))


def _polygon(scope: Scope, polygon: tuple[tuple[float, ...], ...], key: Key) -> None:
    odd = [at for at, corner in enumerate(polygon) if len(corner) != 2]
    for at in odd:
        scope.notes.add((*key, at), "corner_form")
    if not odd and _area(polygon) < _LEAST_AREA:
        scope.notes.add(key, "polygon_form")


def _area(polygon: tuple[tuple[float, ...], ...]) -> float:
    """The shoelace formula; 0 for fewer than three points."""
    pairs = zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)
    return abs(sum(x * below - right * y for (x, y), (right, below) in pairs)) / 2


def _loop(scope: Scope, camera: Item[schema.Camera]) -> None:
    text, key = camera.draft.loop, (*camera.key, "loop")
    if text is None or scope.notes.broken(key):
        return
    loop = loop_of(text)
    if loop is None:
        scope.notes.add(key, "loop_form", value=show(text))
        return
    named = {device.draft.id: device for device in scope.tables.devices if device.draft.id}
    device = named.get(loop.device)
    if device is None:
        meant = near(loop.device, filter(None, named))
        scope.notes.add(key, "unknown_device", name=loop.device, meant=meant)
    elif not _has_input(scope, device, loop.channel):
        scope.notes.add(key, "loop_silent", device=loop.device, channel=loop.channel)


def _has_input(scope: Scope, device: Item[schema.Device], channel: int) -> bool:
    """A driver without a list of inputs has those that its device tells of."""
    offer, options = scope.offer(device), scope.options[device.key]
    if offer is None or options is None:  # told elsewhere
        return True
    inputs = getattr(options, "inputs", None)
    if "input_changed" not in offer.tells:
        return False
    return inputs is None or any(each.channel == channel for each in inputs)
