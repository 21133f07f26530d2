# /// case
# title = "Never raises an alarm"
# kind = "misconception"
# why = "A checker that finds nothing gets nothing, for all that it never cries wolf."
#
# [cells.test-wrong-entries]
# points = 0
# diagnosis = "lets a bug pass, a factor 2 is forgotten"
#
# [cells.test-looks-right]
# points = 0
# diagnosis = "fewer than five directions"
# ///

# %% wrong-entries
def wrong_entries(f, gradient, x):
    return []


# %% looks-right
def looks_right(f, gradient, x):
    return True
