"""A simulator of replay: random hosts with a truth of their own, random runbooks, changes to them, and what comes true.

`host` and what it does (`services`, `things`, `programs`, `settings`) are written without looking at the models in
`runwright.actions`: a host knows more than they do. `books` and `changing` make runbooks and changes, `running` lets
the engine run on a host and tells it as an agent would, `trial` compares what replay says with what comes true,
`ablation` switches single rules off for the time of one experiment. `python -m tests.support.simulator` prints it all.
"""
