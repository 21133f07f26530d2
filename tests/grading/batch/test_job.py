"""Jobs and outcomes cross to a worker and back without loss."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grading.checks import Result
from grading.engine.job import CellOutcome, Job, Limits, Outcome
from grading.results import State

NOTEBOOK = new_notebook(
    cells=[
        new_markdown_cell("Gruß \ud800", id="a"),
        new_code_cell("1", id="b", outputs=[new_output("stream", text="1\n")]),
    ]
)


def test_a_job_arrives_as_it_was_sent():
    job = Job(
        NOTEBOOK,
        (("data/a.bin", bytes(range(256))),),
        Limits(cell_seconds=1.5),
        ("jax",),
        "landlock",
        ("test-a",),
    )
    assert Job.from_bytes(job.to_bytes()) == job
    assert Job.from_bytes(Job(NOTEBOOK).to_bytes()) == Job(NOTEBOOK)


def test_an_outcome_arrives_as_it_was_sent():
    check = Result("two", 1.0, False, True, "sign flipped")
    shown = [new_output("error", ename="E", evalue="e", traceback=["t"])]
    cell = CellOutcome(
        "test-a", 0.5, 2.0, State.PARTIAL, "two", (check,), seconds=0.25, outputs=shown
    )
    outcome = Outcome(NOTEBOOK, (cell,), ("stopped",), {"seconds": 0.5, "tier": "none"}, False)
    back = Outcome.from_bytes(outcome.to_bytes())
    assert back == outcome
    assert back.cells[0].state is State.PARTIAL
    assert back.cells[0].outputs[0].ename == "E"
