"""What of a student's reaches a browser: cleaned, so that nothing of it runs there.

`sanitised` cleans HTML for a page, `defused` a whole notebook for any viewer, and `safe_names` are
names under which no server takes a file for a page.
"""

from grading.sanitising.files import rename_unsafe, renamed_notice, safe_name, safe_names
from grading.sanitising.html import sanitised
from grading.sanitising.notebook import defused

__all__ = [
    "defused",
    "rename_unsafe",
    "renamed_notice",
    "safe_name",
    "safe_names",
    "sanitised",
]
