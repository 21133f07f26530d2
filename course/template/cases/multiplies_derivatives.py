# /// case
# title = "Multiplies the derivatives of the factors"
# kind = "misconception"
# why = "The derivative of a sum is the sum of the derivatives; of a product it is not so. At 0 both are 0."
#
# [cells.test-slope]
# points = 2
# diagnosis = "not the product of the derivatives"
# ///

# %% slope
def slope(x):
    return 2 * x * math.cos(x)
