"""A drawn graph can be read: its lines run smoothly, and no number covers another."""

import itertools
import re

import pytest

from autodiff_lib import graph
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


def test_numbers_on_crossing_arrows_stand_apart():
    svg = graph(lambda x, y: (x * y, x + y), 2.0, 3.0).draw(values=False, partials=True).svg
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="12"', svg)
    assert len(places) == 4
    spots = sorted(float(y) for _, y in places)
    assert all(lower - upper > 15 for upper, lower in itertools.pairwise(spots))
