"""The link: read, refused in a sentence, written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import poolviz as pv
from poolviz.ui import share
from poolviz.ui.share import read_url, settings_of, url_parameters
from poolviz.wings.pooling.core.controls import chosen_geometry, chosen_variant
from poolviz.wings.pooling.core.fit import fit_geometry
from poolviz.wings.pooling.windows import WINDOWS

pooling_settings = settings_of(WINDOWS)


def state_of(**given):
    state = {"complaints": (), "visit": 0}
    complaints = read_url(state, given, pooling_settings)
    return state, complaints


def test_an_empty_link_is_the_worked_example_under_max():
    state, complaints = state_of()
    assert complaints == ()
    assert chosen_variant(state) == pv.Max()
    assert chosen_geometry(state) == pv.Sliding((2, 2), (2, 2), (0, 0), (1, 1), False)
    assert url_parameters(state, pooling_settings) == {}


def test_the_names_are_those_of_the_api():
    state, complaints = state_of(
        variant="Average",
        count_include_pad="false",
        kernel_size="2,3",
        stride="1",
        padding="1",
        dilation="2",
        ceil_mode="true",
        sample="ramp",
        step="5",
        mode="watch",
    )
    assert complaints == ()
    assert chosen_variant(state) == pv.Average(count_include_pad=False)
    assert chosen_geometry(state) == pv.Sliding((2, 3), (1, 1), (1, 1), (2, 2), True)
    assert (state["sample"], state["step"], state["mode"]) == ("ramp", 5, "watch")


def test_the_stride_follows_the_kernel_until_it_is_given():
    state, _ = state_of(kernel_size="3")
    assert chosen_geometry(state).stride == (3, 3)
    assert "stride" not in url_parameters(state, pooling_settings)


def test_seed_is_the_inputs_with_random_digits_and_the_draws_otherwise():
    state, _ = state_of(variant="Stochastic", seed="7")
    assert chosen_variant(state).seed == 7
    state, _ = state_of(variant="Stochastic", sample="random", seed="7", draw_seed="3")
    assert (state["seed"], chosen_variant(state).seed) == (7, 3)


BAD = [
    ("variant", "max"), ("variant", "Median5"), ("variant", "<script>alert(1)</script>"),
    ("variant", "__class__"), ("kernel_size", "0"), ("kernel_size", "-1"), ("kernel_size", "2.5"),
    ("kernel_size", "two"), ("kernel_size", "1,2,3"), ("kernel_size", ""),
    ("kernel_size", "9" * 40), ("kernel_size", "1e3"), ("kernel_size", "٣"),
    ("kernel_size", "0x2"), ("kernel_size", "65"),
    ("stride", "0"), ("stride", "none"), ("stride", "1;2"), ("padding", "-1"), ("padding", "same"),
    ("padding", "True"), ("dilation", "0"), ("dilation", "nan"), ("ceil_mode", "yes"),
    ("ceil_mode", "2"), ("sample", "../../etc/passwd"), ("sample", "A" * 9000), ("step", "-1"),
    ("step", "first"), ("step", "99999999999999"), ("mode", "cheat"), ("matrix", "1,2;3"),
    ("matrix", "<svg onload=alert(1)>"), ("matrix", "1,2;3,x"), ("matrix", ";" * 5000),
    ("matrix", "1e999"), ("region", "a,b"), ("region", "-3"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), BAD, ids=[f"{n}={t[:20]}" for n, t in BAD])
def test_a_bad_value_falls_back_with_a_sentence(name, text):
    state, complaints = state_of(**{name: text})
    assert len(complaints) == 1
    assert f"“{name}”" in complaints[0]
    assert "default" in complaints[0]
    assert url_parameters(state, pooling_settings) == {}


@pytest.mark.parametrize(
    ("variant", "name", "text"),
    [
        ("Stochastic", "seed", "-1"),
        ("Stochastic", "seed", "1.5"),
        ("Stochastic", "phase", "validate"),
        ("Average", "count_include_pad", "maybe"),
        ("Average", "divisor_override", "0"),
        ("SoftPool", "full_gradient", ""),
    ],
)
def test_a_bad_hyper_parameter_falls_back_too(variant, name, text):
    state, complaints = state_of(variant=variant, **{name: text})
    assert f"“{name}”" in complaints[0]
    assert chosen_variant(state) == {v.__name__: v for v in pv.VARIANTS}[variant]()


def test_unknown_parameters_are_left_alone():
    assert state_of(utm_source="mail", k="5")[1] == ()


@given(
    st.dictionaries(st.sampled_from([*{n for n, _ in BAD}, "seed", "rows"]), st.text(max_size=40))
)
def test_no_text_at_all_raises(given_):
    state, _ = state_of(**given_)
    fit_geometry(state, (4, 4))
    pv.pool([[1.0] * 4] * 4, chosen_variant(state), chosen_geometry(state))


@given(
    variant=st.sampled_from([v.__name__ for v in pv.VARIANTS]),
    kernel=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    stride=st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)),
    padding=st.sampled_from([(0, 0), (1, 0), "same_upper", "same_lower"]),
    ceil=st.booleans(),
    step=st.integers(0, 1000),
)
def test_what_is_written_is_read_back(variant, kernel, stride, padding, ceil, step):
    state, _ = state_of(variant=variant)
    state.update(kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil, step=step)
    again, complaints = state_of(**url_parameters(state, pooling_settings))
    assert complaints == ()
    assert {k: again[k] for k in state if k != "complaints"} == {
        k: v for k, v in state.items() if k != "complaints"
    }


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (4, 4), (28, 28)])
@given(
    kernel=st.tuples(st.integers(1, 64), st.integers(1, 64)),
    stride=st.none() | st.tuples(st.integers(1, 64), st.integers(1, 64)),
    padding=st.sampled_from([(0, 0), (1, 3), (32, 32), "same_upper", "same_lower"]),
    dilation=st.tuples(st.integers(1, 64), st.integers(1, 64)),
    ceil=st.booleans(),
)
def test_whatever_the_link_says_fits_the_input(shape, kernel, stride, padding, dilation, ceil):
    state, _ = state_of()
    state.update(
        kernel_size=kernel, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil
    )
    fit_geometry(state, shape)
    assert min(chosen_geometry(state).bind(shape).out_shape) >= 1


def test_an_address_of_our_own_is_overtaken_for_five_seconds_only(monkeypatch):
    """Typing fast sends the address before the last one; a link that is opened later is news."""
    monkeypatch.setattr(share, "monotonic", lambda: 100.0)
    state = {"recent": [(94.9, {"stride": "1"}), (95.1, {"stride": "2"})]}
    assert share._overtaken(state, {"stride": "2"})
    assert not share._overtaken(state, {"stride": "1"})
    assert not share._overtaken(state, {"stride": "3"})
    assert not share._overtaken({}, {"stride": "2"})


def test_back_is_a_wish_at_once_and_an_address_sent_late_is_not(monkeypatch):
    monkeypatch.setattr(share, "monotonic", lambda: 100.0)
    monkeypatch.setattr(share, "_here", lambda: "/windows")
    state = {"recent": [(99.0, {"stride": "2"})]}
    assert not share._is_news(state, {"stride": "2"})
    monkeypatch.setattr(share, "went_back", lambda: True)
    assert share._is_news(state, {"stride": "2"})


def test_an_address_without_parameters_is_read_where_back_leads_to_it(monkeypatch):
    """Else it is what the navigation gives a page, whose state stays as it was left."""
    monkeypatch.setattr(share, "_here", lambda: "/windows")
    state = {"plain": {"/windows"}}
    assert not share._is_news(state, {})
    monkeypatch.setattr(share, "went_back", lambda: True)
    assert share._is_news(state, {})
    monkeypatch.setattr(share, "_here", lambda: "/gradients")
    assert not share._is_news(state, {})
