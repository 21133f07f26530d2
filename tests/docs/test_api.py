"""The page that names every public function is made from the docstrings, and up to date."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("docs_api", DOCS / "api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_docstrings_say():
    stored = (DOCS / "api.md").read_text(encoding="utf-8")
    assert stored == generator().page(), "run: python docs/api.py"


def test_every_public_name_has_a_docstring():
    assert generator().undocumented() == []
