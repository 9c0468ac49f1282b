"""The deny list: a second alarm. What is dangerous is not allowed without it; it says `block`, and says why."""
