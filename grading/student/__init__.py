"""What runs inside the walls: a warm parent, and the processes that a student's notebook runs in.

Nothing here is trusted by the other side: whoever runs in these processes can say what he likes.
"""
