"""National Grid to latitude and longitude, without a library: five metres are near enough for “half a mile away”.

Source: Ordnance Survey, A guide to coordinate systems in Great Britain, annexes B, C and 6.6 (Airy 1830, the one
Helmert transformation OSGB36 to WGS84).
"""

from __future__ import annotations

import math

from bot.directory.model import Point

_AIRY_A, _AIRY_B = 6_377_563.396, 6_356_256.909
_WGS_A, _WGS_B = 6_378_137.0, 6_356_752.314245
_SCALE = 0.9996012717
_ORIGIN_LAT, _ORIGIN_LON = math.radians(49), math.radians(-2)
_NORTH, _EAST = -100_000.0, 400_000.0
_MOVE = (446.448, -125.157, 542.06)
_TURN = tuple(math.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_STRETCH = 1 - 20.4894e-6
_NEAR_ENOUGH_M = 0.00001


def to_point(easting: float, northing: float) -> Point:
    """The point of a grid reference in metres."""
    latitude, longitude = _on_airy(easting, northing)
    return _to_wgs84(latitude, longitude)


def _arc(latitude: float) -> float:
    """Metres along the meridian from the true origin."""
    n = (_AIRY_A - _AIRY_B) / (_AIRY_A + _AIRY_B)
    less, more = latitude - _ORIGIN_LAT, latitude + _ORIGIN_LAT
    return (
        _AIRY_B
        * _SCALE
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 2.625 * n**3) * math.sin(less) * math.cos(more)
            + (1.875 * n**2 + 1.875 * n**3) * math.sin(2 * less) * math.cos(2 * more)
            - (35 / 24) * n**3 * math.sin(3 * less) * math.cos(3 * more)
        )
    )


def _on_airy(easting: float, northing: float) -> tuple[float, float]:
    latitude = _ORIGIN_LAT + (northing - _NORTH) / (_AIRY_A * _SCALE)
    while abs(left := northing - _NORTH - _arc(latitude)) >= _NEAR_ENOUGH_M:
        latitude += left / (_AIRY_A * _SCALE)
    squared = 1 - (_AIRY_B / _AIRY_A) ** 2
    bend = 1 - squared * math.sin(latitude) ** 2
    across = _AIRY_A * _SCALE / math.sqrt(bend)
    along = _AIRY_A * _SCALE * (1 - squared) / bend**1.5
    eta, tan, sec = across / along - 1, math.tan(latitude), 1 / math.cos(latitude)
    d = easting - _EAST
    seventh = tan / (2 * along * across)
    eighth = tan / (24 * along * across**3) * (5 + 3 * tan**2 + eta - 9 * tan**2 * eta)
    ninth = tan / (720 * along * across**5) * (61 + 90 * tan**2 + 45 * tan**4)
    tenth = sec / across
    eleventh = sec / (6 * across**3) * (across / along + 2 * tan**2)
    twelfth = sec / (120 * across**5) * (5 + 28 * tan**2 + 24 * tan**4)
    return latitude - seventh * d**2 + eighth * d**4 - ninth * d**6, _ORIGIN_LON + tenth * d - eleventh * d**3 + twelfth * d**5


def _to_wgs84(latitude: float, longitude: float) -> Point:
    squared = 1 - (_AIRY_B / _AIRY_A) ** 2
    radius = _AIRY_A / math.sqrt(1 - squared * math.sin(latitude) ** 2)
    x = radius * math.cos(latitude) * math.cos(longitude)
    y = radius * math.cos(latitude) * math.sin(longitude)
    z = (1 - squared) * radius * math.sin(latitude)
    (move_x, move_y, move_z), (turn_x, turn_y, turn_z) = _MOVE, _TURN
    x, y, z = (
        move_x + _STRETCH * x - turn_z * y + turn_y * z,
        move_y + turn_z * x + _STRETCH * y - turn_x * z,
        move_z - turn_y * x + turn_x * y + _STRETCH * z,
    )
    squared = 1 - (_WGS_B / _WGS_A) ** 2
    flat = math.hypot(x, y)
    found = math.atan2(z, flat * (1 - squared))
    for _round in range(5):
        radius = _WGS_A / math.sqrt(1 - squared * math.sin(found) ** 2)
        found = math.atan2(z + squared * radius * math.sin(found), flat)
    return Point(round(math.degrees(found), 6), round(math.degrees(math.atan2(y, x)), 6))
