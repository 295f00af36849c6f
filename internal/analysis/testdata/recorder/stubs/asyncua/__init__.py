"""asyncua, recording. A channel is a node's id, or its path below where it was sought."""

from . import sync, ua
from .client import Client
from .common.node import Node
from .server import Server


def uamethod(f):
    return f
