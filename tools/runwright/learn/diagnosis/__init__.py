"""From a failed run to the odds of its failure types: its course, its facts and what its errors say, weighed."""
