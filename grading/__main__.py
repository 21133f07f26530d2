"""`adcourse`, and `python -m grading`."""

import sys


def main() -> None:
    """Run the command line, or say what is not installed."""
    # jsonschema, which nbformat needs, can check internationalised addresses. It builds a grammar
    # for that, which takes a second and 16 MB, and in notebooks there is nothing to check.
    sys.modules.setdefault("rfc3987_syntax", None)
    try:
        from grading.cli import run
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich", "jinja2"}:
            raise
        install = "pip install 'autodiff-course[grading]'"
        print(f"adcourse: {error.name} is not installed; run: {install}", file=sys.stderr)
        sys.exit(2)
    run()


if __name__ == "__main__":
    main()
