"""Trust: signatures, the content of a release, and the decision whether it may be activated."""
