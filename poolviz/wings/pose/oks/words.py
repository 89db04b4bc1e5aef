"""What is said about a pose: the formula with the numbers in, and where the measures disagree."""

import numpy as np

from poolviz.numbers import number
from poolviz.text import _, listed
from poolviz.wings.pose.oks.posing import Measures, Posing, disagreements

OKS_FORMULA = r"\mathrm{OKS} = \frac{1}{n} \sum_i e^{-d_i^2 / (2 s^2 k_i^2)}"
"""In LaTeX, without numbers."""


def joint_latex(posing: Posing, i: int) -> str:
    """The similarity of one joint with its numbers, in LaTeX."""
    if not posing.counts[i]:
        return r"v = 0: \quad \text{{{}}}".format(_("this joint stands in neither sum"))
    d, s, k, ks = _measured(posing, i)
    power = r"-\frac{d^2}{2\,s^2 k^2}"
    with_numbers = rf"-\frac{{{d}^2}}{{2 \cdot {s}^2 \cdot {k}^2}}"
    return (
        rf"\begin{{aligned}} ks &= \exp\left({power}\right) \\ "
        rf"&= \exp\left({with_numbers}\right) = {ks} \end{{aligned}}"
    )


def _measured(posing: Posing, i: int) -> tuple[str, str, str, str]:
    d = posing.distances[i]
    if posing.bare:
        term = float(posing.similarities[i])
        d = posing.k[i] * posing.scale * float(np.sqrt(2 * abs(np.log(max(term, 1e-300)))))
    ks = f"{posing.similarities[i]:.4f}"
    return f"{d:.1f}", f"{posing.scale:.1f}", _short(posing.k[i]), ks


def _short(value: float) -> str:
    return f"{value:.4g}"


def oks_numbers(posing: Posing) -> str:
    """The mean of the similarities with its numbers, in LaTeX; shortened in its middle."""
    terms = [f"{ks:.3f}" for ks in posing.similarities[posing.counts]]
    n = len(terms)
    if n > 4:
        terms = [*terms[:2], r"\dots", terms[-1]]
    return rf"\frac{{{' + '.join(terms)}}}{{{n}}} = {posing.oks:.4f}"


def oks_latex(posing: Posing) -> str:
    """OKS as the mean of the similarities, in LaTeX; a long sum is shortened in its middle."""
    numbers = rf"&= {oks_numbers(posing)} \end{{aligned}}"
    if posing.bare:
        return _to_the_box(posing) + numbers
    return (
        r"\begin{aligned} \mathrm{OKS} &= \frac{\sum_i ks_i\,[v_i > 0]}{\sum_i [v_i > 0]} \\ "
        + numbers
    )


def _to_the_box(posing: Posing) -> str:
    """The formula where nothing is labelled, with the ends of the enlarged box."""
    x, y, width, height = posing.person.bbox
    lines = [
        rf"\Delta {axis}_i &= \max(0,\; {low:.1f} - {axis}_i,\; {axis}_i - {high:.1f}) \\ "
        for axis, low, high in (
            ("x", x - width, x + 2 * width),
            ("y", y - height, y + 2 * height),
        )
    ]
    lines.append(r"d_i^2 &= \Delta x_i^2 + \Delta y_i^2 \\ ")
    lines.append(r"\mathrm{OKS} &= \frac{1}{n} \sum_i ks_i \\ ")
    return r"\begin{aligned} " + "".join(lines)


def k_sentence(posing: Posing, i: int) -> str:
    """How k comes from sigma here, and what that means in pixels."""
    name, k, sigma = posing.names[i], _short(posing.k[i]), _short(posing.sigmas[i])
    how = {2.0: _("k = 2 · {sigma} = {k}"), 1.0: _("k = {sigma}"), 0.0: _("k = 1, whatever σ is")}
    told = _(
        "{name}: {how}. Its similarity is .5 at {reach} px from the truth; every joint that counts "
        "can cost at most 1/{n}."
    )
    if posing.bare:
        told = _(
            "{name}: {how}. Its similarity is .5 at {reach} px outside the enlarged box; every "
            "joint can cost at most 1/{n}."
        )
    return told.format(
        name=name.capitalize(),
        how=how[posing.factor].format(sigma=sigma, k=k),
        reach=number(round(float(posing.reach[i]), 1)),
        n=int(posing.counts.sum()),
    )


def measure_rows(posing: Posing, found: Measures) -> list[tuple[str, str, str]]:
    """Name, value, and what it looks at, for each measure."""
    limit = number(round(found.pck_limit, 1))
    head = number(round(found.pckh_limit, 1))
    return [
        ("OKS", _share(found.oks), _("each joint by its own σ, graded from 0 to 1")),
        (
            "PCK@.2",
            _share(found.pck),
            _("share of joints nearer than .2 × the longer side of the box: {limit} px").format(
                limit=limit
            ),
        ),
        (
            "PCKh@.5",
            _share(found.pckh),
            _("share of joints nearer than .3 × the head's diagonal: {limit} px").format(limit=head)
            if not np.isnan(found.pckh_limit)
            else _("undefined: fewer than two points of the head are labelled"),
        ),
        (
            _("box IoU"),
            _share(found.iou),
            _("overlap of the boxes around both poses: which joint is where does not matter"),
        ),
    ]


def _share(value: float) -> str:
    return _("undefined") if np.isnan(value) else f"{value:.3f}"


def disagreement_sentences(posing: Posing, found: Measures) -> list[str]:
    """Where PCK, PCKh and IoU say something else than OKS."""
    said = []
    for title, right in (("PCK@.2", found.right), ("PCKh@.5", found.right_head)):
        lenient = [i for i, correct in disagreements(posing, right) if correct]
        strict = [i for i, correct in disagreements(posing, right) if not correct]
        if lenient:
            said.append(
                _("{measure} counts as right what OKS gives less than half: {joints}.").format(
                    measure=title, joints=_listed(posing, lenient)
                )
            )
        if strict:
            said.append(
                _("{measure} counts as wrong what OKS gives half or more: {joints}.").format(
                    measure=title, joints=_listed(posing, strict)
                )
            )
    if not np.isnan(found.iou) and found.iou >= 0.7 and found.oks < 0.5:
        said.append(
            _(
                "The boxes overlap by {iou}, yet OKS is {oks}: a box does not know which joint is "
                "which."
            ).format(iou=f"{found.iou:.2f}", oks=f"{found.oks:.2f}")
        )
    return said or [_("Here the measures agree on every joint. Move one, or try a mistake.")]


def _listed(posing: Posing, joints: list[int]) -> str:
    shown = [
        f"{posing.names[i]} ({posing.distances[i]:.0f} px, {posing.similarities[i]:.2f})"
        for i in joints[:5]
    ]
    rest = len(joints) - len(shown)
    if rest:
        shown.append(_("{n} more").format(n=rest))
    return listed(shown)
