"""rules.yaml as it is read: what a file that is right says, how durations and conditions may be written."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.config import example_rules, load, load_example
from reputation_bot.model import Priority, Role
from reputation_bot.rules.schema import Rule
from reputation_bot.settings import parse_duration
from tests.config_examples import HEAD, MINIMAL, read


def test_the_smallest_file_gets_sensible_defaults(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(MINIMAL)
    config = load(path, {})
    settings = config.settings
    assert settings.language == "it"
    assert settings.languages == ["it", "en"]
    assert settings.operators["anna"].role is Role.LEAD
    assert settings.channels["news"].every == timedelta(minutes=5)
    assert settings.channels["news"].options == {"url": "http://127.0.0.1:9001/feed.xml"}
    assert settings.publishing.undo == timedelta(seconds=10)
    assert settings.promises.first_response_for(Priority.URGENT) == timedelta(hours=1)
    assert config.environment.token is None
    assert (config.path, config.text) == (path, MINIMAL)
    assert config.lines["channels.piazza.every"] == 6


def test_the_example_is_right_without_any_environment() -> None:
    example = load_example()
    assert {name: person.role for name, person in example.settings.operators.items()} == {
        "anna": Role.LEAD,
        "paolo": Role.APPROVER,
        "federica": Role.AGENT,
        "vittoria": Role.VIEWER,
    }
    assert example.text == example_rules()


def test_sections_whose_lines_are_all_commented_out_are_not_there() -> None:
    settings = read(f"{HEAD}channels:\n  # news: x\nrules:\ncanned:\noperators:\n").settings
    assert (settings.channels, settings.rules, settings.canned, settings.operators) == ({}, [], [], {})


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load(path, {}).settings == read(MINIMAL).settings


def test_norway_is_not_false() -> None:
    assert read(f"{HEAD}languages: [it, no]\n").settings.languages == ["it", "no"]


def test_one_promise_stands_for_all_priorities() -> None:
    promises = read(f"{HEAD}promises: {{first_response: 2h}}\n").settings.promises
    assert {promises.first_response_for(priority) for priority in Priority} == {timedelta(hours=2)}


# ---------------------------------------------------------------- durations and forms


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from("smhd")), min_size=1, max_size=3))
def test_a_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    text = " ".join(f"{number}{unit}" for number, unit in parts)
    assert parse_duration(text).total_seconds() == sum(number * seconds[unit] for number, unit in parts)


@given(
    st.text()
    | st.integers()
    | st.floats()
    | st.none()
    | st.from_regex(r"\A([0-9]{1,30}[smhdwSM.,-]?){1,4}\Z")
)
def test_anything_else_is_a_value_error_and_no_duration_is_beyond_ten_years(value: object) -> None:
    try:
        duration = parse_duration(value)
    except ValueError:
        return
    assert timedelta() <= duration <= timedelta(days=3650)


@pytest.mark.parametrize(
    "when", ["mai arrivato", {"phrase": "mai"}, {"any": ["a", {"not": [{"phrase": "b"}]}]}]
)
def test_a_condition_may_be_a_text_or_a_group(when: object) -> None:
    rule = Rule.model_validate({"name": "x", "when": when, "then": {}})
    assert Rule.model_validate({"name": "x", "when": rule.when, "then": {}}) == rule
