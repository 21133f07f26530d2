"""Results go to JSON and come back the same."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.checks import Result
from grading.results import CellResult, Notice, State, read_json, write_json

text = st.text(max_size=20)
points = st.floats(0, 100)
checks = st.builds(Result, text, points, st.booleans(), st.booleans(), text)
cells = st.builds(
    CellResult,
    *[text] * 3,
    points,
    points,
    st.sampled_from(State),
    text,
    st.lists(checks, max_size=2).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cells, max_size=3), st.lists(st.builds(Notice, text, text, text), max_size=2))
def test_what_is_written_is_read(tmp_path, cells, notices):
    write_json(tmp_path / "ps1.json", "ps1", cells, notices)
    assert read_json(tmp_path / "ps1.json") == ("ps1", cells, notices)


def test_a_record_has_the_fields_that_others_rely_on(tmp_path):
    cell = CellResult("ada", "work", "test", 1.0, 2.0, State.PARTIAL, "one: wrong")
    write_json(tmp_path / "ps1.json", "ps1", [cell])
    (record,) = json.loads((tmp_path / "ps1.json").read_text(encoding="utf-8"))["cells"]
    assert record == {
        "student": "ada",
        "notebook": "work",
        "cell": "test",
        "points": 1.0,
        "max_points": 2.0,
        "state": "partial",
        "message": "one: wrong",
        "checks": [],
        "seconds": 0.0,
        "forgeable": False,
        "tier": "",
    }
