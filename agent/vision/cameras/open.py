"""From the text of ``source`` to a camera."""

from agent.vision.cameras.address import Local, Web, login, parse
from agent.vision.cameras.base import Source, Wanted
from agent.vision.cameras.folder import open_folder
from agent.vision.cameras.native import open_file, open_rtsp, open_v4l2
from agent.vision.cameras.web import open_web


def open_source(source: str, wanted: Wanted) -> Source:
    """CameraGone if it is not there now, CameraRefused if an installer must act."""
    match parse(source):
        case Web(scheme="rtsp") as address:
            return open_rtsp(address, login(wanted.username, wanted.secret), wanted)
        case Web() as address:
            return open_web(address, login(wanted.username, wanted.secret), wanted)
        case Local(scheme="v4l2") as address:
            return open_v4l2(address, wanted)
        case Local(scheme="folder") as address:
            return open_folder(address, wanted)
        case Local(scheme="file") as address:
            return open_file(address, wanted)
        case address:
            return open_web(address, None, wanted)
