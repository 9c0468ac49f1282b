"""What programs say when they fail, and which mechanism each saying shows; one failure type a file."""
