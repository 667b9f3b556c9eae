"""What the interfaces hold and of which types, after the MPRIS D-Bus Interface Specification 2.2 (freedesktop.org).

The optional interface Playlists is left out: there are no lists with names to choose from, only the queue, and that is
the track list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

PATH: Final = "/org/mpris/MediaPlayer2"
ROOT: Final = "org.mpris.MediaPlayer2"
PLAYER: Final = "org.mpris.MediaPlayer2.Player"
TRACKS: Final = "org.mpris.MediaPlayer2.TrackList"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"

Arguments = Mapping[str, str]
"""Signatures by name."""


@dataclass(frozen=True, slots=True)
class Interface:
    """Methods with what goes in and what comes out, signals, and signatures of properties.

    ``changes`` tells how a property that is no ordinary one is announced.
    """

    methods: Mapping[str, tuple[Arguments, Arguments]]
    properties: Mapping[str, str] = field(default_factory=dict)
    writable: frozenset[str] = frozenset()
    signals: Mapping[str, Arguments] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)


INTERFACES: Final = {
    ROOT: Interface(
        methods={"Raise": ({}, {}), "Quit": ({}, {})},
        properties={
            "CanQuit": "b", "CanRaise": "b", "HasTrackList": "b", "Identity": "s", "DesktopEntry": "s",
            "SupportedUriSchemes": "as", "SupportedMimeTypes": "as",
        },
    ),
    PLAYER: Interface(
        methods={name: ({}, {}) for name in ("Next", "Previous", "Pause", "PlayPause", "Stop", "Play")} | {
            "Seek": ({"Offset": "x"}, {}),
            "SetPosition": ({"TrackId": "o", "Position": "x"}, {}),
            "OpenUri": ({"Uri": "s"}, {}),
        },
        properties={
            "PlaybackStatus": "s", "LoopStatus": "s", "Rate": "d", "Shuffle": "b", "Metadata": "a{sv}", "Volume": "d",
            "Position": "x", "MinimumRate": "d", "MaximumRate": "d", "CanGoNext": "b", "CanGoPrevious": "b",
            "CanPlay": "b", "CanPause": "b", "CanSeek": "b", "CanControl": "b",
        },
        writable=frozenset({"LoopStatus", "Rate", "Shuffle", "Volume"}),
        signals={"Seeked": {"Position": "x"}},
        changes={"Position": "false", "CanControl": "false"},
    ),
    TRACKS: Interface(
        methods={
            "GetTracksMetadata": ({"TrackIds": "ao"}, {"Metadata": "aa{sv}"}),
            "AddTrack": ({"Uri": "s", "AfterTrack": "o", "SetAsCurrent": "b"}, {}),
            "RemoveTrack": ({"TrackId": "o"}, {}),
            "GoTo": ({"TrackId": "o"}, {}),
        },
        properties={"Tracks": "ao", "CanEditTracks": "b"},
        signals={
            "TrackListReplaced": {"Tracks": "ao", "CurrentTrack": "o"},
            "TrackAdded": {"Metadata": "a{sv}", "AfterTrack": "o"},
            "TrackRemoved": {"TrackId": "o"},
            "TrackMetadataChanged": {"TrackId": "o", "Metadata": "a{sv}"},
        },
        changes={"Tracks": "invalidates"},
    ),
    PROPERTIES: Interface(
        methods={
            "Get": ({"interface_name": "s", "property_name": "s"}, {"value": "v"}),
            "GetAll": ({"interface_name": "s"}, {"properties": "a{sv}"}),
            "Set": ({"interface_name": "s", "property_name": "s", "value": "v"}, {}),
        },
        signals={
            "PropertiesChanged": {
                "interface_name": "s", "changed_properties": "a{sv}", "invalidated_properties": "as",
            },
        },
    ),
    "org.freedesktop.DBus.Introspectable": Interface(methods={"Introspect": ({}, {"xml_data": "s"})}),
    "org.freedesktop.DBus.Peer": Interface(methods={"Ping": ({}, {}), "GetMachineId": ({}, {"machine_uuid": "s"})}),
}  # fmt: skip


def introspection() -> str:
    """All of it as the XML that D-Bus asks for."""
    inside = "".join(f"<interface name={quoteattr(name)}>{_told(it)}</interface>" for name, it in INTERFACES.items())
    return f"<node>{inside}</node>"


def _told(interface: Interface) -> str:
    told = []
    for name, (into, out) in interface.methods.items():
        told.append(f'<method name="{name}">{_arguments(into, "in")}{_arguments(out, "out")}</method>')
    for name, sent in interface.signals.items():
        told.append(f'<signal name="{name}">{_arguments(sent, "")}</signal>')
    for name, signature in interface.properties.items():
        access = "readwrite" if name in interface.writable else "read"
        note = f'<annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="{how}"/>' if (
            how := interface.changes.get(name)
        ) else ""  # fmt: skip
        told.append(f'<property name="{name}" type="{signature}" access="{access}">{note}</property>')
    return "".join(told)


def _arguments(arguments: Arguments, direction: str) -> str:
    way = f' direction="{direction}"' if direction else ""
    return "".join(f'<arg name="{name}" type="{kind}"{way}/>' for name, kind in arguments.items())
