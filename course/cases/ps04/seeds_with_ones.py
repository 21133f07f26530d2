# /// case
# title = "Seeds every input with 1"
# kind = "misconception"
# why = "That is the sum of the partial derivatives. The direction asked for is the tangents."
#
# [cells.test-jvp]
# points = 0
# diagnosis = "the tangents are not used"
# ///

# %% jvp
def jvp(f, primals, tangents):
    """Return f(*primals) and its derivative along `tangents`, by one run of f."""
    result = f(*[Dual(x, 1.0) for x, x_dot in zip(primals, tangents)])
    if isinstance(result, list):
        duals = [lift(y) for y in result]
        return [y.primal for y in duals], [y.tangent for y in duals]
    return lift(result).primal, lift(result).tangent
