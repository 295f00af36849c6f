"""asyncua.ua, as far as scripts use it."""

import dataclasses
import datetime
import enum
import typing

VariantType = enum.IntEnum("VariantType", "Null Boolean SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Float Double String DateTime Guid ByteString", start=0)
NodeClass = enum.IntEnum("NodeClass", {"Object": 1, "Variable": 2, "Method": 4})
AttributeIds = enum.IntEnum("AttributeIds", {"NodeId": 1, "NodeClass": 2, "BrowseName": 3, "DisplayName": 4, "Description": 5, "Value": 13, "DataType": 14, "AccessLevel": 17})
MessageSecurityMode = enum.IntEnum("MessageSecurityMode", "None_ Sign SignAndEncrypt")


class UaError(Exception):
    pass


class UaStatusCodeError(UaError):
    pass


@dataclasses.dataclass
class Variant:
    Value: typing.Any = None
    VariantType: typing.Any = None


class StatusCode:
    def __init__(self, value=0):
        self.value = value

    is_good = lambda self: True


class DataValue:
    def __init__(self, Value=None, StatusCode_=None, SourceTimestamp=None, ServerTimestamp=None, **kw):
        self.Value = Value if isinstance(Value, Variant) else Variant(Value)
        self.StatusCode, self.SourceTimestamp, self.ServerTimestamp = StatusCode(), datetime.datetime.now(), datetime.datetime.now()
        self.StatusCode_ = self.StatusCode


@dataclasses.dataclass
class QualifiedName:
    Name: str = ""
    NamespaceIndex: int = 0

    def __str__(self):
        return f"{self.NamespaceIndex}:{self.Name}"


@dataclasses.dataclass
class LocalizedText:
    Text: str = ""


class NodeId:
    """A node's id; kept as its text."""

    def __init__(self, Identifier=0, NamespaceIndex=0, NodeIdType=None):
        kind = "i" if isinstance(Identifier, int) else "s"
        self.Identifier, self.NamespaceIndex = Identifier, NamespaceIndex
        self._text = (f"ns={NamespaceIndex};" if NamespaceIndex else "") + f"{kind}={Identifier}"

    @classmethod
    def from_string(cls, text):
        self = cls()
        self._text = text
        return self

    path = from_string

    def to_string(self):
        return self._text

    __str__ = __repr__ = to_string


StringNodeId = NumericNodeId = NodeId


class ObjectIds:
    ObjectsFolder, RootFolder, Server_ServerStatus_CurrentTime, Server_ServerStatus_State = 85, 84, 2258, 2259


class SecurityPolicyType:
    NoSecurity, Basic256Sha256_Sign, Basic256Sha256_SignAndEncrypt = range(3)


def plain(value):
    """The Python value in a Variant or DataValue."""
    while isinstance(value, (Variant, DataValue)):
        value = value.Value
    return value


class uaerrors:  # noqa: N801
    UaError, UaStatusCodeError = UaError, UaStatusCodeError
    BadNodeIdUnknown = BadUserAccessDenied = BadConnectionClosed = UaStatusCodeError
