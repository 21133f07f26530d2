"""All attacks by notebooks, in the order in which they are shown."""

from tests.grading.attacks.breaking import BREAKING
from tests.grading.attacks.forging import FORGING
from tests.grading.attacks.leaking import LEAKING
from tests.grading.attacks.links import LINKS

FAMILIES = (FORGING, LEAKING, BREAKING, LINKS)
ATTACKS = [attack for family in FAMILIES for attack in family.attacks]
