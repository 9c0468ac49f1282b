"""The demo's small clinic: two real servers, the processes that play the parts, and the story that they play."""
