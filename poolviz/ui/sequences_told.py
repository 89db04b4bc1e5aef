"""What /sequences tells under its picture: which words survive, and the sentence backwards."""

import numpy as np
import streamlit as st

from poolviz.numbers import numbers
from poolviz.pooling import Operated
from poolviz.stage.words import plain
from poolviz.text import _, listed, together
from poolviz.ui.tables import small_table
from poolviz.wings.pooling.sequences.scene import kept_line, reversals, survivals, survivors
from poolviz.wings.pooling.sequences.words import FEATURES, Sentence


def show_survivors(sentence: Sentence, run: Operated) -> None:
    st.subheader(_("Which words survive?"))
    found = survivors(sentence, run)
    times = survivals(sentence, run)
    gone = [plain(sentence.quoted(t)) for t, n in enumerate(times) if n == 0]
    most = int(times.argmax())
    told = [
        _(
            "{kept} of {all} words survive somewhere; {word} does in {times} of {features} "
            "features."
        ).format(
            kept=int((times > 0).sum()),
            all=len(times),
            word=f"“**{plain(sentence.labels[most])}**”",
            times=int(times[most]),
            features=len(found),
        )
    ]
    if gone:
        told.append(_("Lost: {words}.").format(words=listed(gone)))
    st.markdown(together(told))
    small_table(
        {
            _("feature"): [each.feature for each in found],
            _("kept, in this order"): [kept_line(each) for each in found],
        }
    )


def show_backwards(sentence: Sentence, k: int, chunks: int) -> None:
    st.subheader(_("Read backwards (feature “letters”)"))
    found = reversals(sentence, k, chunks)
    small_table(
        {
            _("pooling"): [each.title for each in found],
            _("forwards"): [numbers(np.array(each.forwards)) for each in found],
            _("backwards"): [numbers(np.array(each.backwards)) for each in found],
            _("the same"): [_("yes") if each.same else _("no") for each in found],
        }
    )
    st.subheader(_("What to notice"))
    lines = (
        _("Max over time gives one number a feature for any length, and forgets when."),
        _("k-max keeps the order of what it keeps, chunk-max also roughly where it stood."),
        _("Each feature keeps words of its own: together they need not make a sentence."),
        _("A “not” survives only where some feature finds it large."),
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def show_features() -> None:
    with st.expander(_("What the features are")):
        st.markdown("\n".join(f"- **{_(f.title)}**: {_(f.why)}" for f in FEATURES))
        st.caption(
            _(
                "A network learns its features; these are fixed rules, so that every number can be "
                "checked by hand."
            )
        )
