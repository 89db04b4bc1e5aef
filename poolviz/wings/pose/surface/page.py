"""Surface: every pixel of a body has a chart and a place on it; distance runs along the skin."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.surface import BODY, CHARTS, KAPPA, Part, pixels_of, seen, similarity, textured
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, PICTURE, Formula, Play, Program, Says, Table
from poolviz.stage.part import Part as Shown
from poolviz.stage.question import Choice as Answer
from poolviz.stage.question import Question
from poolviz.stage.scene import Overlay, Panel, Scene
from poolviz.text import N_, _
from poolviz.wings.pose.surface.programs import program

SIZE = 48
ON_THE_WAY = 13
_NAMED = {part.name: part for part in BODY}
TRUNK = Part("trunk", (1,), (0, 0, 0), (0, 1, 0), (0.15, 0.15), KAPPA)
"""A cylinder on one chart around the whole turn."""


@dataclass(frozen=True, eq=False)
class Run:
    """Two places (I, U, V) of a part; the way along the skin ``path`` (n, 3), in metres."""

    part: Part
    one: tuple[int, float, float]
    other: tuple[int, float, float]
    path: np.ndarray
    turn: float
    kappa: float
    yaw: float

    @property
    def along(self) -> float:
        """Metres along the surface."""
        return self.part.geodesic(self.one, self.other)

    @property
    def straight(self) -> float:
        """Metres through the body."""
        return float(np.linalg.norm(self.path[-1] - self.path[0]))

    def scores(self) -> tuple[float, float]:
        """The similarity of the straight line's length, and of the way along the surface."""
        straight, along = similarity(np.array([self.straight, self.along]), self.kappa)
        return float(straight), float(along)


def compute(values: Values) -> Run:
    """A place on the front and the one so many degrees further around, at the same V."""
    part = _NAMED[values["part"]]
    u, v, turn = (float(values[key]) for key in ("u", "v", "turn"))
    first = float(part.angle(np.array(part.charts[-1]), np.array(u)))
    angles = first - np.deg2rad(np.linspace(0, turn, ON_THE_WAY))
    charts, us = part.chart_and_u(angles)
    path = part.place(charts, us, np.full(ON_THE_WAY, v))
    other = (int(charts[-1]), float(us[-1]), v)
    return Run(part, (part.charts[-1], u, v), other, path, turn, values["kappa"], values["yaw"])


def surface_scene(run: Run, hidden: int | None) -> Scene:
    """The two places, the straight line, then the way along the skin."""
    chart, uv = seen(run.yaw, SIZE)
    rows, cols = np.indices((16, 16))
    checks = np.broadcast_to(((rows // 4 + cols // 4) % 2 + 1.0), (CHARTS, 16, 16))
    shown = (
        ("chart", _("Chart I"), chart, float(CHARTS)), ("u", _("Place U"), uv[..., 0], 1.0),
        ("v", _("Place V"), uv[..., 1], 1.0),
        ("thrown", _("A picture thrown on it"), textured(chart, uv, checks), 2.0),
    )  # fmt: skip
    at = pixels_of(run.path, run.yaw, SIZE) + 0.5
    points = np.full((3, ON_THE_WAY, 2), np.nan)
    points[:, [0, -1]] = at[[0, -1]]
    arrows = np.full((3, 1, 4), np.nan)
    told = [
        _("Two places: I = {i}, U = {u}, V = {v}, and I = {j}, U = {w}, V = {v}. How far?").format(
            i=run.one[0], u=_short(run.one[1]), v=_short(run.one[2]), j=run.other[0],
            w=_short(run.other[1]),
        )
    ]  # fmt: skip
    straight, along = run.scores()
    if hidden is not None and hidden <= 1:
        told.append(_("Straight through the body: how similar would that be?"))
    else:
        arrows[1, 0] = (*at[0], *(at[-1] - at[0]))
        told.append(_("Straight through the body: {m} m; that would score {score}.").format(
            m=_short(run.straight), score=_short(straight)))  # fmt: skip
    if hidden is not None and hidden <= 2:
        told.append(_("Along the surface: how similar are they?"))
    else:
        points[2] = at
        told.append(_("Along the surface: {m} m; that scores {score}.").format(
            m=_short(run.along), score=_short(along)))  # fmt: skip
    edges = np.array([(i, i + 1) for i in range(ON_THE_WAY - 1)])
    over = Overlay(
        "chart", _("Way"), points=points, edges=edges, arrows=arrows,
        labels=tuple(_("place {n}").format(n=i + 1) for i in range(ON_THE_WAY)),
    )  # fmt: skip
    panels = tuple(
        Panel(key, title, each.astype(float), 0.0, top) for key, title, each, top in shown
    )
    return Scene(_("Places on a body"), panels, (), tuple(told), overlays=(over,))


def _short(value: float) -> str:
    return number(round(float(value), 4))


@kept
def _scene(run: Run, hidden: int | None) -> Scene:
    scene = surface_scene(run, hidden)
    assert scene.wire  # computed here, once
    return scene


def asked(run: Run) -> tuple[Question, ...]:
    """Which distance counts; then the seam of a chart around the whole turn."""
    straight, along = run.scores()
    why = _("Straight {line} m would score {straight}; along the surface {way} m score {along}.")
    why = why.format(line=_short(run.straight), straight=_short(straight),
                     way=_short(run.along), along=_short(along))  # fmt: skip
    seam = TRUNK.geodesic((1, 0.02, 0.5), (1, 0.98, 0.5))
    cut = _("{cm} cm: U runs around, and 0 and 1 meet. That is why charts are cut.").format(
        cm=number(round(100 * seam, 1))
    )
    ways = _("GPS takes a place for the other one. Which distance does it count?")
    return (
        Question(
            ways,
            (
                Answer(_("the straight line through the body"), False, why),
                Answer(_("the way along the surface"), True, why),
                Answer(_("the difference of U and V"), False, why),
            ),
            step=1,
        ),
        Question(
            _("A trunk of radius 15 cm on one chart: U = .02 and U = .98. How far apart?"),
            (
                Answer(_("almost the whole way around"), False, cut),
                Answer(_("less than 4 cm"), True, cut),
                Answer(_("30 cm"), False, cut),
            ),
        ),
    )


def view(run: Run) -> tuple[Shown, ...]:
    """The body and the two ways, GPS, the table, what to notice, code."""
    straight, along = run.scores()
    tube = (*run.part.radii, run.part.length)
    rows: dict[str, list[object]] = {
        _("way"): [_("straight"), _("along the surface")],
        _("metres"): [_short(run.straight), _short(run.along)],
        _("similarity"): [_short(straight), _short(along)],
    }
    return (
        Play(partial(_scene, run), name="surface"),
        Formula(r"\mathrm{GPS} = \frac{1}{|P|} \sum_{p \in P} e^{-g_p^2 / (2 \kappa^2)}"),
        Table(rows, name="ways", tells=PICTURE),
        Says(
            "\n".join(
                f"- {each}"
                for each in (
                    _("Distance in U and V is not distance on the body."),
                    _("A point taken for background has g = ∞: it adds 0 and is still counted."),
                    _("The body is made of tapered tubes: no scanned person, no licence."),
                )
            ),
            tells=ALL,
        ),
        Program(
            _("The same in NumPy"),
            {"": lambda: ({"NumPy": program(tube, run.one[2], run.turn, run.kappa)}, {})},
            name="code",
        ),
        Says(_("Source: Güler, Neverova & Kokkinos, CVPR 2018 (DensePose)."), "caption"),
    )


SURFACE = Page(
    address="surface",
    wing=N_("Pose"),
    group=N_("Pose: surfaces, cameras, time"),
    title=N_("Surface"),
    icon="accessibility_new",
    shows=N_("Each pixel's chart and place on a body, and the distance along its skin."),
    intro=N_("DensePose names a place of the skin for every pixel: a chart I, and U, V on it."),
    controls=(
        Control("part", N_("Part of the body"), Choice(tuple(_NAMED), lambda name: _(name)),
                "torso"),
        Control("u", N_("Place U"), Real(0, 1, 0.01), 0.5),
        Control("v", N_("Place V"), Real(0, 1, 0.01), 0.5),
        Control("turn", N_("Degrees to the second place"), Whole(0, 180, look="slider"), 180),
        Control("kappa", N_("κ, metres"), Real(0.05, 0.5, 0.001), KAPPA),
        Control("yaw", N_("Turn of the body, degrees"), Whole(-180, 180, look="slider"), 30),
        Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True),
        MODE,
    ),
    run=compute,
    view=view,
    questions=asked,
)  # fmt: skip
