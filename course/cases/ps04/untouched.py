# /// case
# title = "Hands in the notebook as it was given out"
# kind = "empty"
# base = "release"
# why = "Nothing is written yet, and nothing is earned; the table of every task says so."
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

