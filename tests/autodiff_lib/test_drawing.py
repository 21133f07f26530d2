"""The lines of a drawn graph run smoothly through the points that the layout gives them."""

import pytest

from autodiff_lib.drawing import _slopes


@pytest.mark.parametrize(
    ("points", "slopes"),
    [
        ([(0, 0), (1, 1)], [0, 0]),  # level at both ends
        ([(0, 0), (1, 1), (2, 3)], [0, 1.5, 0]),  # no step on the way up
        ([(0, 0), (1, 1), (2, 0)], [0, 0, 0]),  # level where it turns
        ([(0, 0), (1, 0), (2, 3)], [0, 0, 0]),  # nor beyond a point it passes on the level
    ],
)
def test_a_line_climbs_without_steps_and_turns_level(points, slopes):
    assert _slopes(points) == slopes
