"""How fast, and in how much memory, beside hand-written code and other libraries.

`python -m tests.benchmarks.run` measures every row of `rows.py` and prints one table. Nothing
here is a timed test: the tests only hold that all contenders of a row compute the same.
"""
