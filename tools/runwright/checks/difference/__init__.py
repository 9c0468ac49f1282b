"""The parts of a difference in meaning: lines, words, steps, what stands around them, rules."""
