"""`adcourse`, and `python -m grading`."""

import sys


def main() -> None:
    """Run the command line, or say what is not installed."""
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
