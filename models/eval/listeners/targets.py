"""How people skip: what the plays of ten people showed, and what a simulated population must show."""

from dataclasses import dataclass

from models.eval.listeners.parameters import HAZARD_KNOTS, PLACE_KNOTS, SKIP_KNOTS

SINCE_NAMES = (
    "< 15 min",
    "< 2.4 h",
    "< 1 day",
    "1–3 days",
    "3–7 days",
    "7–30 days",
    "30–90 days",
    "> 90 days",
    "never",
)


@dataclass(frozen=True, slots=True)
class Target:
    """One figure to be met, within ``tolerance`` either way."""

    group: str
    bucket: str
    value: float
    tolerance: float


def _group(group: str, values: dict[str, float], tolerance: float) -> tuple[Target, ...]:
    return tuple(Target(group, bucket, value, tolerance) for bucket, value in values.items())


def _by(knots: tuple[int, ...], values: tuple[float, ...]) -> dict[str, float]:
    return {str(knot): value for knot, value in zip(knots, values, strict=True)}


def _hazards() -> tuple[Target, ...]:
    chances = _by(HAZARD_KNOTS, (0.039, 0.037, 0.011, 0.008, 0.005, 0.0025))
    return tuple(Target("session ends at streak", streak, chance, 0.15 * chance) for streak, chance in chances.items())


TARGETS = (
    *_group("skip30 by person", {"min": 0.166, "median": 0.308, "max": 0.690}, 0.02),
    *_group("skip30 after skips in a row", _by(SKIP_KNOTS, (0.675, 0.756, 0.795, 0.818, 0.834)), 0.02),
    *_group("skip30 after listens in a row", {"5": 0.054}, 0.01),
    *_group("skip30 by place in session", _by(PLACE_KNOTS, (0.35, 0.27, 0.25, 0.25, 0.26, 0.287)), 0.02),
    *_group(
        "skip30 by time since last play",
        dict(zip(SINCE_NAMES, (0.46, 0.25, 0.275, 0.316, 0.324, 0.349, 0.36, 0.29, 0.285), strict=True)),
        0.02,
    ),
    *_group("transitions to the same artist", {"share": 0.15}, 0.015),
    *_group("skip30 by artist before", {"same": 0.325, "other": 0.311}, 0.02),
    *_group("median session, plays", {"shortest": 8, "longest": 30}, 2),
    *_hazards(),
    *_group("next completed track heard before", {"least": 0.76, "most": 0.96}, 0.03),
)
