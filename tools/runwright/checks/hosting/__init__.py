"""What a repository on GitHub should be set up like, and the judgement of one that is there.

Values and decisions only: facts come in, a plan or diagnoses go out. Asking GitHub and changing it is left to
`adapters.forge_github`.
"""
