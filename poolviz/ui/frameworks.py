"""How the frameworks differ for what the page shows: folded, and made when it is opened."""

import streamlit as st

from poolviz.pooling import Pooled
from poolviz.stage.words import plain
from poolviz.text import _, language, titled
from poolviz.ui.lesson import lesson
from poolviz.ui.pooling import signature
from poolviz.wings.pooling.core.frameworks import Topic, topics


def show_frameworks(run: Pooled) -> None:
    """A table of the conventions at this state; under each, why, and the smallest input.

    Not where a link hides the answers, which the conventions may tell.
    """
    if lesson().answers_hidden:
        return
    folded = st.expander(
        _("How frameworks differ here"),
        icon=":material/compare_arrows:",
        key="frameworks.open",
        on_change="rerun",
    )
    if not folded.open:
        return
    found = _found(f"{language()}{signature(run)}", run)
    for topic in sorted(found, key=lambda topic: not topic.differs):
        mark = f" :orange-badge[{_('differs here')}]" if topic.differs else ""
        names, answers = zip(*topic.answers.items(), strict=True)
        results = "\n".join(
            "- " + titled(plain(who), f"**{plain(what)}**") for who, what in topic.results.items()
        )
        folded.markdown(
            f"**{plain(topic.title)}**{mark}\n\n"
            f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
            f"| {' | '.join(plain(answer) for answer in answers)} |\n\n"
            f"{plain(topic.why)}\n\n"
            f"{titled(_('The smallest input that shows it'), plain(topic.smallest))}\n\n{results}"
        )


@st.cache_resource(max_entries=256, show_spinner=False)
def _found(name: str, _run: Pooled) -> tuple[Topic, ...]:
    return topics(_run)
