"""Which known name a misspelt one means."""

from __future__ import annotations

import pytest

from ekslint.data.nearest import distance, nearest_name

KNOWN = ["WARM_IP_TARGET", "WARM_ENI_TARGET", "ENABLE_IPv6", "ENABLE_IPv4", "MAX_ENI", "listen-ports"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("WARM_IP_TARGETS", "WARM_IP_TARGET"),
        ("WARM_PI_TARGET", "WARM_IP_TARGET"),
        ("ENABLE_IPV6", "ENABLE_IPv6"),
        ("listenPorts", "listen-ports"),
        ("LISTEN_PORTS", "listen-ports"),
        ("ENABLE_IPv5", None),
        ("MAX_ENI", None),
        ("SOMETHING_ELSE", None),
        ("", None),
    ],
)
def test_nearest(word: str, expected: str | None) -> None:
    assert nearest_name(word, KNOWN) == expected


def test_short_names_are_not_guessed_far() -> None:
    assert nearest_name("abc", ["xyc"]) is None
    assert nearest_name("abc", ["abd"]) == "abd"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("abcd", "abdc", 1),
        ("abcd", "abd", 1),
        ("abcd", "abxcd", 1),
        ("abcd", "axyd", 2),
        ("kitten", "sitting", 3),
        ("a", "bcdef", 4),
    ],
)
def test_distance(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 3) == slips
